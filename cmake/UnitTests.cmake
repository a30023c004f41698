# Unit tests, and replays of fuzz targets, all found by name.

# <folder>_test from tests/<folder>/, each against the library of its folder.
foreach(folder base json crypto feed book exchange p2p grenache doctor api node store net daemon cli sim)
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
