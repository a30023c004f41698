// Runs a fuzz target without a fuzzer: over the files of its corpus, over mutations of them and
// over random bytes. So every build and every sanitizer exercises every target.
//
//   <name>_replay <corpus folder> [rounds]

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "base/random.h"
#include "seed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;
using syrah::base::Random;

constexpr std::uint64_t kRoundsUsual = 20'000;
constexpr std::uint64_t kRandomBytesMax = 200;

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.is_regular_file()) paths.push_back(file.path());
    }
  }
  std::sort(paths.begin(), paths.end());  // the same seed must meet the same files
  std::vector<Bytes> corpus;
  for (const std::filesystem::path& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return corpus;
}

/// Bytes that mean something to parsers, more often than others.
std::uint8_t random_byte(Random& random) {
  constexpr char kTelling[] = "{}[]\",:\\ue-+.0159 \n\0\x7f\x80\xc3\xed\xff";
  if (random.below(2) == 0) return static_cast<std::uint8_t>(random.next());
  return static_cast<std::uint8_t>(kTelling[random.below(sizeof(kTelling))]);
}

Bytes random_bytes(Random& random) {
  Bytes bytes(random.below(kRandomBytesMax));
  for (std::uint8_t& byte : bytes) byte = random_byte(random);
  return bytes;
}

std::ptrdiff_t position(Random& random, const Bytes& bytes) {
  return static_cast<std::ptrdiff_t>(random.below(bytes.size() + 1));
}

void mutate(Random& random, const std::vector<Bytes>& corpus, Bytes& bytes) {
  const std::ptrdiff_t at = position(random, bytes);
  switch (random.below(6)) {
    case 0:
      bytes.insert(bytes.begin() + at, random_byte(random));
      break;
    case 1:
      if (at < std::ssize(bytes)) bytes[static_cast<std::size_t>(at)] = random_byte(random);
      break;
    case 2:
      if (at < std::ssize(bytes)) {
        std::uint8_t& byte = bytes[static_cast<std::size_t>(at)];
        byte = static_cast<std::uint8_t>(byte ^ (1U << random.below(8)));
      }
      break;
    case 3: {
      const std::ptrdiff_t end = std::min(std::ssize(bytes), at + random.between(1, 16));
      bytes.erase(bytes.begin() + at, bytes.begin() + end);
      break;
    }
    case 4: {
      const std::ptrdiff_t end = std::min(std::ssize(bytes), at + random.between(1, 64));
      const Bytes part(bytes.begin() + at, bytes.begin() + end);
      bytes.insert(bytes.begin() + position(random, bytes), part.begin(), part.end());
      break;
    }
    default: {
      const Bytes& other = corpus[random.below(corpus.size())];
      const std::ptrdiff_t from = position(random, other);
      bytes.resize(static_cast<std::size_t>(at));
      bytes.insert(bytes.end(), other.begin() + from, other.end());
    }
  }
}

void run(const Bytes& bytes) {
  // On a piece of memory of exactly this size, so that a sanitizer sees any read beyond the end.
  const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  LLVMFuzzerTestOneInput(exact.get(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s <corpus folder> [rounds]\n", argv[0]);
    return 2;
  }
  const std::uint64_t rounds = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : kRoundsUsual;
  Random random(syrah::tests::seed());
  std::vector<Bytes> corpus = read_corpus(argv[1]);
  std::printf("%zu files, %llu rounds\n", corpus.size(), static_cast<unsigned long long>(rounds));
  run({});
  for (const Bytes& bytes : corpus) run(bytes);
  if (corpus.empty()) corpus.emplace_back();
  for (std::uint64_t round = 0; round < rounds; ++round) {
    if (random.below(8) == 0) {
      run(random_bytes(random));
      continue;
    }
    Bytes bytes = corpus[random.below(corpus.size())];
    for (std::uint64_t times = random.below(6) + 1; times > 0; --times) {
      mutate(random, corpus, bytes);
    }
    run(bytes);
  }
  return 0;
}
