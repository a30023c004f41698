# How every program and library of this project is compiled.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(SYRAH_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them: address,undefined")
option(SYRAH_TESTS "Build tests, replays of fuzz targets and benchmarks" ON)
option(SYRAH_UNIT_TESTS "Build unit tests and replays of fuzz targets among the tests" ON)
option(SYRAH_FUZZ "Build the libFuzzer programs (clang only)" OFF)
option(SYRAH_WERROR "Treat warnings as errors" ON)

find_program(SYRAH_CCACHE ccache)
if(SYRAH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SYRAH_CCACHE}")
endif()

add_library(syrah_options INTERFACE)
target_compile_features(syrah_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)

target_compile_options(syrah_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${SYRAH_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12: coroutine frames, and std::string's operator+ (its bug 105651).
  # Moves of variants at -O2 look uninitialized to it (its bug 105562 and kin).
  target_compile_options(syrah_options INTERFACE
    -Wno-mismatched-new-delete -Wno-restrict -Wno-maybe-uninitialized)
  if(CMAKE_UNITY_BUILD)
    # Sources are taken for headers there, in which an anonymous namespace would be a fault.
    target_compile_options(syrah_options INTERFACE -Wno-subobject-linkage)
  endif()
else()
  # __int128 is an extension that both compilers have; -Wconversion of clang includes signs.
  target_compile_options(syrah_options INTERFACE -Wno-sign-conversion)
endif()

if(SYRAH_SANITIZE)
  target_compile_options(syrah_options INTERFACE
    -fsanitize=${SYRAH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(syrah_options INTERFACE -fsanitize=${SYRAH_SANITIZE})
  if(SYRAH_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(syrah_options INTERFACE -Wno-tsan)
  endif()
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND (SYRAH_SANITIZE OR SYRAH_FUZZ))
  target_compile_options(syrah_options INTERFACE
    -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer_ignorelist.txt)
endif()

find_program(SYRAH_MOLD mold)
if(SYRAH_MOLD)
  target_link_options(syrah_options INTERFACE -fuse-ld=mold)
endif()

if(SYRAH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "SYRAH_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++")
  endif()
  # The libraries are instrumented too: coverage is what leads the fuzzer into them.
  target_compile_options(syrah_options INTERFACE -g -O1
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(syrah_options INTERFACE -fsanitize=address,undefined)
endif()
