if [ -e /etc/apparmor.d/ekscope-desktop ]; then
  apparmor_parser --remove /etc/apparmor.d/ekscope-desktop 2>/dev/null || true
  rm -f /etc/apparmor.d/ekscope-desktop
fi
