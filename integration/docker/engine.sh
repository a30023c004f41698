# Sourced by ./test and integration/docker/run, which stand in the repository's root: finds or starts
# a container engine for the tests of clusters, and builds the images. Needs .ci/packages.sh.

engine_data=$PWD/build/docker
engine_pid=
engine_trouble=

engine_answers() { docker version >/dev/null 2>&1; }

compose_answers() {
  docker compose version >/dev/null 2>&1 || docker-compose version >/dev/null 2>&1
}

# The machine's packet filter as it was: an engine that ends leaves its rules behind.
save_rules() {
  cat /proc/sys/net/ipv4/ip_forward >"$engine_run/forward"
  iptables-save >"$engine_run/rules" 2>/dev/null || return 1
  grep -q '^\*filter' "$engine_run/rules" ||
    printf '%s\n' '*filter' ':INPUT ACCEPT' ':FORWARD ACCEPT' ':OUTPUT ACCEPT' COMMIT >>"$engine_run/rules"
  grep -q '^\*nat' "$engine_run/rules" || printf '%s\n' '*nat' COMMIT >>"$engine_run/rules"
}

# With a socket of its own; what it stores stays in build/ for the next time. One on a machine: two
# would share a bridge and the packet filter.
start_engine() {
  local deadline
  mkdir -p "$engine_data"
  exec {engine_lock}>/tmp/syrah-engine.lock
  flock -w 1800 "$engine_lock" || { engine_trouble="that of another test run does not end"; return 1; }
  engine_run=$(mktemp -d /tmp/syrah-engine-XXXXXX)
  save_rules || { engine_trouble="iptables does not work"; return 1; }
  setsid dockerd --data-root "$engine_data/data" --exec-root "$engine_run/exec" \
    --pidfile "$engine_run/pid" --host "unix://$engine_run/socket" \
    >"$engine_data/dockerd.log" 2>&1 </dev/null {engine_lock}>&- &
  engine_pid=$!
  export DOCKER_HOST=unix://$engine_run/socket
  deadline=$((SECONDS + 30))
  until engine_answers; do
    if ((SECONDS >= deadline)) || ! kill -0 "$engine_pid" 2>/dev/null; then
      engine_trouble="dockerd does not start: $(tail -n 1 "$engine_data/dockerd.log")"
      stop_engine
      return 1
    fi
    sleep 0.3
  done
}

# Ends the engine if it was started here.
stop_engine() {
  [[ -n $engine_pid ]] || return 0
  kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=
  unset DOCKER_HOST
  ip link delete docker0 2>/dev/null || true
  iptables-restore <"$engine_run/rules" || true
  cat "$engine_run/forward" >/proc/sys/net/ipv4/ip_forward
  rm -rf "$engine_run"
  exec {engine_lock}>&-
}

open_engine() {
  if ! { engine_answers && compose_answers; }; then
    if ((EUID != 0)); then
      engine_trouble="none answers, and only root can start one"
      return 1
    fi
    install_missing "${cluster_packages[@]}" || {
      engine_trouble="its packages cannot be installed"
      return 1
    }
    engine_answers || start_engine || return 1
  fi
}

# build_images PROGRAM: with the program as it is; nothing is compiled.
build_images() {
  local context=$engine_data/context
  export SYRAH_IMAGE=syrah-test GRAPE_IMAGE=syrah-test-grape TOOLS_IMAGE=syrah-test-tools
  rm -rf "$context"
  mkdir -p "$context"
  cp "$1" "$context/syrah"
  {
    docker/base-image "$engine_data" &&
      docker build -q --target tools -t "$TOOLS_IMAGE" -f docker/Dockerfile . &&
      docker build -q --target runtime -t "$SYRAH_IMAGE-runtime" -f docker/Dockerfile . &&
      docker build -q --build-arg "RUNTIME=$SYRAH_IMAGE-runtime" -t "$SYRAH_IMAGE" \
        -f docker/prebuilt.Dockerfile "$context" &&
      docker build -q -t "$GRAPE_IMAGE" -f docker/grape.Dockerfile integration/js/grenache-1.0
  } >"$engine_data/images.log" 2>&1 || {
    engine_trouble="the images cannot be built: $(tail -n 1 "$engine_data/images.log")"
    return 1
  }
  # Programs of earlier runs, in an engine that has nothing but ours.
  [[ -z $engine_pid ]] || docker image prune -f >/dev/null
}

# choose_hosts PROGRAM: sets SYRAH_HOSTS to containers, namespaces or none, and says so. Containers
# that were asked for by SYRAH_HOSTS=containers must be there.
choose_hosts() {
  local wanted=${SYRAH_HOSTS:-}
  if [[ $wanted == namespaces ]]; then
    engine_trouble="not wanted"
  elif open_engine && build_images "$1"; then
    export SYRAH_HOSTS=containers
    echo "Clusters are tested in containers"
    return
  elif [[ $wanted == containers ]]; then
    echo "Clusters cannot be tested in containers: $engine_trouble" >&2
    return 1
  fi
  if ((EUID == 0)); then
    export SYRAH_HOSTS=namespaces
    echo "Clusters are tested on network namespaces, not in containers ($engine_trouble)"
  else
    export SYRAH_HOSTS=none
    echo "CLUSTERS ARE NOT TESTED: that needs a container engine ($engine_trouble), or root" >&2
  fi
}

# The tests that these hosts can run.
cluster_tests() {
  case $SYRAH_HOSTS in
    containers) echo modes faults data command ;;
    namespaces) echo modes faults data ;;
  esac
}
