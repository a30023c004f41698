#include "sim/worker_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "base/check.h"

namespace syrah::sim {
namespace {

/// "1 7,0,4 text".
SeedResult read_line(const std::string& line) {
  SeedResult result;
  std::istringstream words(line);
  int passed = 0;
  words >> passed;
  result.passed = passed == 1;
  words.get();
  for (std::uint64_t count = 0; words.peek() != ' ' && words >> count;) {
    result.counts.push_back(count);
    if (words.peek() == ',') words.get();
  }
  words.get();
  std::getline(words, result.text);
  return result;
}

}  // namespace

void WorkerPool::serve(int pipe, const std::vector<std::uint64_t>& seeds) const {
  for (const std::uint64_t seed : seeds) {
    SeedResult result = work_(seed);
    std::replace(result.text.begin(), result.text.end(), '\n', ' ');
    const std::string line = fmt::format("{} {} {}\n", result.passed ? 1 : 0,
                                         fmt::join(result.counts, ","), result.text);
    std::size_t written = 0;
    while (written < line.size()) {
      const ssize_t part = ::write(pipe, line.data() + written, line.size() - written);
      if (part <= 0) std::_Exit(1);
      written += static_cast<std::size_t>(part);
    }
  }
}

void WorkerPool::start(Worker& worker) {
  int ends[2];
  SYRAH_CHECK(::pipe(ends) == 0, "no pipe");
  std::fflush(nullptr);
  worker.process = ::fork();
  SYRAH_CHECK(worker.process >= 0, "no process");
  if (worker.process == 0) {
    ::close(ends[0]);
    serve(ends[1], worker.seeds);
    std::_Exit(0);
  }
  ::close(ends[1]);
  worker.pipe = ends[0];
  worker.text.clear();
}

bool WorkerPool::receive(Worker& worker) {
  char buffer[4096];
  const ssize_t size = ::read(worker.pipe, buffer, sizeof buffer);
  if (size <= 0) return false;
  worker.text.append(buffer, static_cast<std::size_t>(size));
  return true;
}

bool WorkerPool::take_lines(Worker& worker, const Sink& sink) {
  for (;;) {
    const std::size_t end = worker.text.find('\n');
    if (end == std::string::npos) return true;
    const std::string line = worker.text.substr(0, end);
    worker.text.erase(0, end + 1);
    SeedResult result = read_line(line);
    result.seed = worker.seeds.front();
    worker.seeds.erase(worker.seeds.begin());
    if (!sink(result)) return false;
  }
}

void WorkerPool::stop(Worker& worker) {
  if (worker.process > 0) {
    ::kill(worker.process, SIGKILL);
    ::waitpid(worker.process, nullptr, 0);
  }
  if (worker.pipe >= 0) ::close(worker.pipe);
  worker.process = worker.pipe = -1;
}

void WorkerPool::run(const std::vector<std::uint64_t>& seeds, const Sink& sink) {
  std::vector<Worker> workers(std::min<std::size_t>(jobs_, seeds.size()));
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    workers[i % workers.size()].seeds.push_back(seeds[i]);
  }
  for (Worker& worker : workers) start(worker);
  bool going = true;
  while (going && !workers.empty()) {
    std::vector<pollfd> waits;
    for (const Worker& worker : workers) waits.push_back({worker.pipe, POLLIN, 0});
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    for (std::size_t i = 0; going && i < workers.size(); ++i) {
      Worker& worker = workers[i];
      if (waits[i].revents == 0) continue;
      const bool alive = receive(worker);
      going = take_lines(worker, sink);
      if (alive || !going) continue;
      stop(worker);
      if (worker.seeds.empty()) continue;
      going = sink({worker.seeds.front(), false, {}, "the process stopped: a check failed"});
      worker.seeds.erase(worker.seeds.begin());
      if (going && !worker.seeds.empty()) start(worker);
    }
    std::erase_if(workers, [](const Worker& worker) { return worker.process < 0; });
  }
  for (Worker& worker : workers) stop(worker);
}

}  // namespace syrah::sim
