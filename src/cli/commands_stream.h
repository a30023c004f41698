#pragma once

// The commands that ask more than once: watch, tail, export, replay, doctor.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace syrah::cli {

struct TailTerms {
  std::string instrument;  ///< empty: all
  std::int64_t lines = 10;
};
/// Until surroundings say that it is enough.
int tail(const Session& session, const TailTerms& terms);

struct ExportTerms {
  std::string what;  ///< trades, orders, fills
  bool json = false;
  std::string from;        ///< a time or a day, or empty
  std::string to;          ///< the same; what is at that time does not belong to it
  std::string instrument;  ///< empty: all
};
int export_rows(const Session& session, const ExportTerms& terms);

struct ReplayTerms {
  std::string file;           ///< "-": the standard input
  std::string instrument;     ///< of rows that name none; empty: the node's only one
  std::string sell_key_file;  ///< of the account that sells; empty: the one that buys
  std::size_t in_flight = 32;
  std::int64_t rate = 0;
  double speed = 0;
};
int replay(const Session& session, const ReplayTerms& terms);

/// Until the user has seen enough.
int watch(const Session& session, const std::string& instrument);

struct DoctorTerms {
  std::string env_file;    ///< variables in addition to those of the environment; empty: none
  std::string clock_from;  ///< URL of a web server whose clock to compare with; empty: none
};
int examine(const Session& session, const DoctorTerms& terms);

/// The names of the node's instruments.
base::Result<std::vector<std::string>> instrument_names(const Session& session);

}  // namespace syrah::cli
