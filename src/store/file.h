#pragma once

// Small files that are read whole and replaced whole: keys and the peers file.

#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::store {

/// What errno says of a call that failed: "cannot open data/lock: Permission denied".
base::Error io_failed(const char* what, const std::string& path);

/// Makes the directory, for its owner only, unless it is there already. Its parent must exist.
base::Status ensure_directory(const std::string& path);

/// The whole file. kNotFound if there is none, kLimit if it is larger than `bytes_max`, kInvalid if
/// it is not a regular file.
base::Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

/// Afterwards the file is either as it was or holds `text`, whatever happens meanwhile, and after
/// success it holds it even after a power cut. `mode`: permissions, as for chmod.
base::Status write_file_atomically(const std::string& path, std::string_view text, unsigned mode);

/// Renames a damaged file to the first free of "<path>.damaged-1", "-2" ...; gives the new name.
base::Result<std::string> set_aside(const std::string& path);

/// Makes a change of names in the directory of `path` survive a power cut.
base::Status sync_directory_of(const std::string& path);

}  // namespace syrah::store
