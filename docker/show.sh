# Sourced by ./cluster: what the nodes see, and a small flow of orders so that there is something.

product=${INSTRUMENTS:-BTC-USD:}
product=${product%%:*}

# A text or number of a JSON object on the standard input; "-" if it is not there.
member() {
  local json
  json=$(cat)
  [[ $json =~ \"$1\":\"?([^\",}]*) ]] && echo "${BASH_REMATCH[1]}" || echo -
}

ask() {
  local container=$1
  shift
  timeout 5 docker exec "$container" syrah "$@" --json 2>/dev/null || true
}

# peers, mode, checksum of the book and last trade of one node, one line.
report() {
  local container=$1 node book trades trade
  node=$(ask "$container" status)
  book=$(ask "$container" book "$product")
  trades=$(ask "$container" trades "$product" --limit 1)
  trade=-
  [[ $trades == *price* ]] &&
    trade="$(member size <<<"$trades") at $(member price <<<"$trades"), $(member time <<<"$trades" | cut -c 12-19)"
  echo "$(member peers <<<"$node")|$(member mode <<<"$node")|$(member digest <<<"$book")|$trade"
}

health_of() {
  local state
  state=$(state_of "$1")
  if [[ $state == running ]]; then
    docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{else}}running{{end}}' "$1"
  else
    echo "$state"
  fi
}

show_status() {
  local number container peers mode digest trade folder digests=()
  for number in 1 2 3; do
    node_container "$number" >/dev/null
  done
  folder=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$folder'" RETURN
  for number in 1 2 3; do
    container=$(node_container "$number")
    { health_of "$container" && report "$container"; } >"$folder/$number" &
  done
  wait
  printf '%-6s %-10s %-7s %-6s %-18s %s\n' node health mode peers "book checksum" "last trade"
  for number in 1 2 3; do
    { read -r health && IFS='|' read -r peers mode digest trade; } <"$folder/$number"
    printf '%-6s %-10s %-7s %-6s %-18s %s\n' "node$number" "$health" "$mode" "$peers" "$digest" "$trade"
    [[ $digest == - ]] || digests+=("$digest")
  done
  compare "${digests[@]}"
}

compare() {
  local kinds
  kinds=$(printf '%s\n' "$@" | sort -u | wc -l)
  if (($# < 2)); then
    echo "Fewer than two nodes answer."
  elif ((kinds == 1)); then
    echo "The books of all $# nodes that answer are equal."
  else
    echo "The books differ."
  fi
}

wait_for_answer() {
  local deadline=$((SECONDS + $2))
  until [[ $(ask "$1" status) == *'"state"'* ]]; do
    ((SECONDS < deadline)) && [[ $(state_of "$1") == running ]] || return 1
    sleep 0.2
  done
}

wait_for_peers() {
  local container deadline=$((SECONDS + $2)) peers
  container=$(node_container "$1")
  while true; do
    peers=$(ask "$container" status | member peers)
    [[ $peers == - ]] || ((peers < 2)) || [[ $(health_of "$container") != healthy ]] || return 0
    ((SECONDS < deadline)) && [[ $(state_of "$container") == running ]] || return 1
    sleep 0.2
  done
}

# An order of node $1; the rest are words of the command line.
order() {
  local number=$1 container said
  container=$(node_container "$number")
  shift
  said=$(timeout 10 docker exec "$container" syrah "$@" 2>&1) || true
  echo "node$number  ${said##*$'\n'}"
}

# The numbers of the nodes that run.
running_nodes() {
  local number container
  for number in 1 2 3; do
    container=$(node_container "$number")
    [[ $(state_of "$container") != running ]] || echo "$number"
  done
}

# Each node that runs offers a little on both sides; then each takes what it sees best, which is an
# order of another node when all run and reach each other.
trade() {
  local rounds=${1:-1} round number running numbers
  [[ $rounds =~ ^[0-9]{1,4}$ ]] || complain "./cluster trade ROUNDS: a number"
  running=$(running_nodes)
  [[ -n $running ]] || complain "no node runs: ./cluster restart 1"
  mapfile -t numbers <<<"$running"
  for ((round = 0; round < rounds; ++round)); do
    for number in "${numbers[@]}"; do
      order "$number" sell "$product" "0.$number" "$((42000 + 10 * number))"
      order "$number" buy "$product" "0.$number" "$((41960 + 10 * number))"
    done
    for number in "${numbers[@]}"; do
      if ((number == 1)); then
        order "$number" sell "$product" 0.05 41950 --tif ioc
      else
        order "$number" buy "$product" 0.05 42050 --tif ioc
      fi
    done
  done
}
