#!/bin/sh
# in-own-root.sh FOLDER COMMAND…: runs it in a copy of this machine's root, as root. All that it changes goes to FOLDER/upper, and
# nothing outside of that folder is changed. Not by chroot: in one no program can have the user namespaces of Chromium's sandbox.
exec unshare --mount --propagation private sh -ec '
  folder=$1
  shift
  mkdir -p "$folder/upper" "$folder/work" "$folder/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  for name in proc dev sys tmp; do mount --rbind "/$name" "$folder/root/$name"; done
  mount -t tmpfs tmpfs "$folder/root/run"
  cd "$folder/root"
  pivot_root . mnt
  umount -l /mnt
  cd /
  exec "$@"
' sh "$@"
