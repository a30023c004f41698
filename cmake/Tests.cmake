# What tests are made of, the simulator and benchmarks, all found by name.

find_package(GTest REQUIRED)
find_package(Python3 COMPONENTS Interpreter)
set(tests_dir "${PROJECT_SOURCE_DIR}/tests")
# For these files alone: whoever else knew where the tree lies could not be taken from ccache in another.
set_source_files_properties("${tests_dir}/exchange/scenarios_test.cpp"
  "${tests_dir}/api/openapi_test.cpp" PROPERTIES
  COMPILE_DEFINITIONS SYRAH_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# syrah_test_program(<name> SOURCES ... LINK ...)
# Never a unity build: small things of tests have the same names in many of them.
function(syrah_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} syrah_options)
  target_include_directories(${name} PRIVATE "${tests_dir}")
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
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

if(SYRAH_UNIT_TESTS)
  include(UnitTests)
endif()

# What only an optimised build without sanitizers can show: a million commands in time, and who
# allocates. The folders' programs have these files too, for other builds.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT SYRAH_SANITIZE)
  foreach(file exchange/model_test book/allocation_test api/codec_allocations_test
      p2p/message_allocations_test)
    get_filename_component(name "${file}" NAME)
    set(sources "${tests_dir}/${file}.cpp")
    if(name STREQUAL "model_test")
      file(GLOB models CONFIGURE_DEPENDS "${tests_dir}/model/*.cpp")
      list(APPEND sources "${tests_dir}/exchange/exchange_fixture.cpp"
        "${tests_dir}/exchange/transcript.cpp" ${models})
    endif()
    syrah_test_program(optimised_${name} SOURCES ${sources}
      LINK syrah_node fmt::fmt GTest::gmock GTest::gtest_main)
    add_test(NAME optimised_${name} COMMAND optimised_${name})
    set_tests_properties(optimised_${name} PROPERTIES LABELS unit TIMEOUT 300)
  endforeach()
endif()

if(Python3_FOUND AND EXISTS "${tests_dir}/tidy/tidy.py")
  add_test(NAME tidy COMMAND Python3::Interpreter "${tests_dir}/tidy/tidy.py"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(tidy PROPERTIES LABELS unit)
endif()

# The book against reference books on streams of order messages, see bench/run.
foreach(name make_stream book_replay)
  syrah_test_program(${name} SOURCES "${PROJECT_SOURCE_DIR}/bench/${name}.cpp" LINK syrah_book)
endforeach()

find_package(benchmark QUIET)
file(GLOB benches CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*_bench.cpp")
if(benchmark_FOUND)
  foreach(source ${benches})
    get_filename_component(name "${source}" NAME_WE)
    syrah_test_program(${name} SOURCES "${source}" LINK syrah_simulation syrah_store
      benchmark::benchmark benchmark::benchmark_main)
  endforeach()
endif()
