#pragma once

// Counts what a program allocates. Replaces the global operators, so it is included in one source
// of a program. Not under a sanitizer, which needs its own.

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SYRAH_COUNTS_ALLOCATIONS 0
#else
#define SYRAH_COUNTS_ALLOCATIONS 1
#endif

namespace syrah::tests {

inline thread_local std::size_t allocation_count = 0;

/// Those of this thread while `run` runs.
template <class Run>
std::size_t allocations_of(Run&& run) {
  const std::size_t before = allocation_count;
  run();
  return allocation_count - before;
}

}  // namespace syrah::tests

#if SYRAH_COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++syrah::tests::allocation_count;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
