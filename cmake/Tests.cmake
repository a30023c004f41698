# Test programs, replays of fuzz targets, the simulator and benchmarks, all found by name.

find_package(GTest REQUIRED)
find_package(Python3 COMPONENTS Interpreter)
set(tests_dir "${PROJECT_SOURCE_DIR}/tests")
# For this file alone: whoever else knew where the tree lies could not be taken from ccache in another.
set_source_files_properties("${tests_dir}/exchange/scenarios_test.cpp" PROPERTIES
  COMPILE_DEFINITIONS SYRAH_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# syrah_test_program(<name> SOURCES ... LINK ...)
function(syrah_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} syrah_options)
  target_include_directories(${name} PRIVATE "${tests_dir}")
endfunction()

# The simulator without its main function, so that tests can drive it too.
file(GLOB sim_sources CONFIGURE_DEPENDS
  "${tests_dir}/sim/*.cpp" "${tests_dir}/sim/checkers/*.cpp")
list(FILTER sim_sources EXCLUDE REGEX "/(main|[a-z0-9_]*_test)\\.cpp$")
if(sim_sources)
  add_library(syrah_simulation STATIC ${sim_sources})
  target_link_libraries(syrah_simulation PUBLIC syrah_node PRIVATE syrah_options)
  target_include_directories(syrah_simulation PUBLIC "${tests_dir}")
else()
  add_library(syrah_simulation INTERFACE)
  target_link_libraries(syrah_simulation INTERFACE syrah_node)
  target_include_directories(syrah_simulation INTERFACE "${tests_dir}")
endif()
file(GLOB sim_main CONFIGURE_DEPENDS "${tests_dir}/sim/main.cpp")
if(sim_main)
  syrah_test_program(syrah-sim SOURCES ${sim_main} LINK syrah_simulation fmt::fmt)
endif()

# <folder>_test from tests/<folder>/, each against the library of its folder.
foreach(folder base json crypto feed exchange p2p grenache api node store net daemon cli sim)
  file(GLOB tests CONFIGURE_DEPENDS "${tests_dir}/${folder}/*_test.cpp")
  if(NOT tests)
    continue()
  endif()
  set(sources ${tests})
  set(library syrah_${folder})
  if(folder STREQUAL "sim")
    set(library syrah_simulation)
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${tests_dir}/${folder}/*.cpp")
  endif()
  if(folder STREQUAL "net")
    # Multicast DNS waits for seconds by its own rules.
    list(FILTER sources EXCLUDE REGEX "/mdns_(strangers_)?test\\.cpp$")
    syrah_test_program(mdns_test
      SOURCES "${tests_dir}/net/mdns_test.cpp" "${tests_dir}/net/mdns_strangers_test.cpp"
      LINK syrah_net fmt::fmt GTest::gmock GTest::gtest_main)
    add_test(NAME mdns_test COMMAND mdns_test)
    set_tests_properties(mdns_test PROPERTIES LABELS integration TIMEOUT 300)
  endif()
  if(folder STREQUAL "exchange")
    file(GLOB models CONFIGURE_DEPENDS "${tests_dir}/model/*.cpp")
    list(APPEND sources ${models})
  endif()
  syrah_test_program(${folder}_test SOURCES ${sources}
    LINK ${library} fmt::fmt GTest::gmock GTest::gtest_main)
  add_test(NAME ${folder}_test COMMAND ${folder}_test)
  set_tests_properties(${folder}_test PROPERTIES LABELS unit TIMEOUT 300)
endforeach()

# tests/fuzz/<name>_fuzz.cpp: always as a replay of the corpus and of seeded mutations; with
# SYRAH_FUZZ also as a libFuzzer program. It links the folder its name begins with, else all.
file(GLOB fuzz_targets CONFIGURE_DEPENDS "${tests_dir}/fuzz/*_fuzz.cpp")
foreach(source ${fuzz_targets})
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" subject "${name}")
  string(REGEX REPLACE "_.*$" "" folder "${subject}")
  set(library syrah_${folder})
  if(NOT TARGET ${library})
    set(library syrah_node)
  endif()
  syrah_test_program(${subject}_replay SOURCES "${source}" "${tests_dir}/fuzz/replay_main.cpp"
    LINK ${library})
  add_test(NAME fuzz_replay_${subject}
    COMMAND ${subject}_replay "${tests_dir}/fuzz/corpus/${subject}")
  set_tests_properties(fuzz_replay_${subject} PROPERTIES LABELS unit TIMEOUT 300)

  if(SYRAH_FUZZ)
    syrah_test_program(${name} SOURCES "${source}" LINK ${library})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endif()
endforeach()

if(Python3_FOUND AND EXISTS "${tests_dir}/tidy/tidy.py")
  add_test(NAME tidy COMMAND Python3::Interpreter "${tests_dir}/tidy/tidy.py"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(tidy PROPERTIES LABELS unit)
endif()

find_package(benchmark QUIET)
file(GLOB benches CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*_bench.cpp")
if(benchmark_FOUND)
  foreach(source ${benches})
    get_filename_component(name "${source}" NAME_WE)
    syrah_test_program(${name} SOURCES "${source}" LINK syrah_simulation syrah_store
      benchmark::benchmark benchmark::benchmark_main)
  endforeach()
endif()
