#pragma once

// The world as the command line sees it, made up by a test: a node that answers what it is told to
// and remembers what it was asked.

#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.h"

namespace syrah::tests {

class StandIn {
 public:
  StandIn() {
    files_["./data/api-key.json"] =
        R"({"key":"k1","passphrase":"phrase","secret":"c2VjcmV0","account":"default"})";
  }

  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    calls_.clear();
    return cli::run_with(std::move(arguments), surroundings());
  }

  /// What the node answers from now on.
  void answer(int status, std::string body) { reply_ = net::HttpReply{status, std::move(body)}; }
  /// Or by what it is asked.
  void answer_by(std::function<net::HttpOutcome(const net::HttpCall&)> by) { by_ = std::move(by); }
  void vanish() { reply_ = base::Error{base::ErrorCode::kUnavailable, "connection refused"}; }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  const std::vector<net::HttpCall>& calls() const { return calls_; }
  std::map<std::string, std::string>& variables() { return variables_; }
  doctor::Machine& machine() { return machine_; }
  std::map<std::string, std::string>& files() { return files_; }

  std::string header(std::string_view name) const {
    for (const auto& [header_name, value] : calls_.at(0).headers) {
      if (header_name == name) return value;
    }
    return "";
  }
  /// "METHOD URL body" of the one call made.
  std::string call() const {
    if (calls_.size() != 1) return "<" + std::to_string(calls_.size()) + " calls>";
    return calls_[0].method + " " + calls_[0].url +
           (calls_[0].body.empty() ? "" : " " + calls_[0].body);
  }

 private:
  cli::Surroundings surroundings() {
    cli::Surroundings all{out_,
                          err_,
                          [this](const net::HttpCall& call) {
                            calls_.push_back(call);
                            return by_ ? by_(call) : reply_;
                          },
                          [this](const std::string& name) -> std::optional<std::string> {
                            const auto found = variables_.find(name);
                            if (found == variables_.end()) return std::nullopt;
                            return found->second;
                          },
                          [this](const std::string& path) -> base::Result<std::string> {
                            const auto found = files_.find(path);
                            if (found == files_.end())
                              return base::Error{base::ErrorCode::kIo, "cannot be read"};
                            return found->second;
                          },
                          [] { return std::int64_t{1'700'000'000'123}; },
                          [this](std::int64_t /*ms*/) { return --pauses_ > 0; },
                          [] { return 42; },
                          [this](const std::string& /*env_file*/) -> base::Result<doctor::Machine> {
                            return machine_;
                          },
                          [this](const std::string& path, const std::string& text) -> base::Status {
                            if (!files_.emplace(path, text).second) {
                              return base::Error{base::ErrorCode::kIo, path + " is there"};
                            }
                            return base::success();
                          }};
    return all;
  }

  doctor::Machine machine_;
  int pauses_ = 3;
  std::ostringstream out_;
  std::ostringstream err_;
  std::vector<net::HttpCall> calls_;
  std::function<net::HttpOutcome(const net::HttpCall&)> by_;
  base::Result<net::HttpReply> reply_ = net::HttpReply{200, "{}"};
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> files_;
};

}  // namespace syrah::tests
