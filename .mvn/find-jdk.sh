# Sets JAVA_HOME to a JDK of at least $1. Sourced by ./les and ./mvnw; POSIX sh.
# Order: JAVA_HOME, the java on the PATH, then the usual installation folders, newest first.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || { echo 0; return; }
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \(1\.\)\{0,1\}\([0-9]*\).*/\2/p'
}
find_jdk() {
  want=$1
  if [ -n "${JAVA_HOME:-}" ] && [ "$(jdk_major "$JAVA_HOME")" -ge "$want" ]; then return 0; fi
  on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) &&
    on_path=${on_path%/bin/javac} && [ "$(jdk_major "$on_path")" -ge "$want" ] &&
    { JAVA_HOME=$on_path; export JAVA_HOME; return 0; }
  best=0 best_home=
  for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -d "$home" ] || continue
    major=$(jdk_major "$home")
    [ -n "$major" ] && [ "$major" -ge "$want" ] && [ "$major" -gt "$best" ] && best=$major best_home=$home
  done
  [ -n "$best_home" ] || {
    echo "A JDK of version $want or newer is needed and none was found." >&2
    echo "Looked at JAVA_HOME (${JAVA_HOME:-not set}), the javac on the PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks." >&2
    echo "Install one (Debian: apt-get install openjdk-21-jdk; any: adoptium.net) or set JAVA_HOME to it." >&2
    return 1
  }
  JAVA_HOME=$best_home; export JAVA_HOME
}
