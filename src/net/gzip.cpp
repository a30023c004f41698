#include "net/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace syrah::net {
namespace {

/// Added to the window size it selects the gzip format (zlib.h, deflateInit2).
constexpr int kGzipFormat = 16;
constexpr int kMemoryLevel = 8;  // zlib's default
constexpr std::size_t kStep = 16 * 1024;

// zlib does not write to its input, but has no const.
z_stream stream_of(std::string_view bytes) {
  SYRAH_CHECK(bytes.size() <= std::numeric_limits<uInt>::max(), "too long for zlib");
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  return stream;
}

/// Lets one `step` of zlib write up to `size` bytes behind what the text has. Returns its result.
template <typename Step>
int append(z_stream& stream, std::string& text, std::size_t size, Step step) {
  const std::size_t before = text.size();
  text.resize(before + size);
  stream.next_out = reinterpret_cast<Bytef*>(text.data() + before);
  stream.avail_out = static_cast<uInt>(size);
  const int code = step(stream);
  text.resize(before + size - stream.avail_out);
  return code;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream = stream_of(bytes);
  // The loop waits meanwhile: speed before size.
  SYRAH_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipFormat, kMemoryLevel,
                           Z_DEFAULT_STRATEGY) == Z_OK,
              "zlib does not start");
  std::string packed;
  const int code = append(stream, packed, deflateBound(&stream, stream.avail_in),
                          [](z_stream& one) { return deflate(&one, Z_FINISH); });
  deflateEnd(&stream);
  SYRAH_CHECK(code == Z_STREAM_END, "zlib promised to need no more room");
  return packed;
}

base::Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max) {
  z_stream stream = stream_of(bytes);
  SYRAH_CHECK(inflateInit2(&stream, MAX_WBITS + kGzipFormat) == Z_OK, "zlib does not start");
  std::string text;
  int code = Z_OK;
  while (code == Z_OK && text.size() <= bytes_max) {
    // One byte beyond the limit shows that there is more.
    const std::size_t room = std::min(kStep, bytes_max + 1 - text.size());
    code = append(stream, text, room, [](z_stream& one) { return inflate(&one, Z_NO_FLUSH); });
  }
  const bool followed = stream.avail_in > 0;
  inflateEnd(&stream);
  if (text.size() > bytes_max) {
    return base::invalid(fmt::format("the unpacked text is longer than {} bytes", bytes_max));
  }
  if (code == Z_BUF_ERROR) {
    return base::invalid("the gzip text is cut short");
  }
  if (code != Z_STREAM_END || followed) {
    return base::invalid("this is not one gzip text");
  }
  return text;
}

}  // namespace syrah::net
