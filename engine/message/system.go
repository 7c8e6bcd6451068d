package message

import (
	"errors"
	"io/fs"
	"syscall"
)

// System is what the operating system said, in our words where people meet it
// often, else in its own, without the path.
func System(err error) Message {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return New("system.not_there")
	case errors.Is(err, fs.ErrPermission):
		return New("system.permission")
	case errors.Is(err, syscall.EISDIR):
		return New("system.is_folder")
	case errors.Is(err, syscall.ENOTDIR):
		return New("system.not_a_folder")
	case errors.Is(err, syscall.ENOSPC):
		return New("system.no_space")
	case errors.Is(err, syscall.EROFS):
		return New("system.read_only")
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return New("system.other", "detail", err.Error())
}
