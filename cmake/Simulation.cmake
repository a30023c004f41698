# Runs of the simulator: many seeds, each rule switched off in turn (the checkers must bite), and the
# same seed twice. SYRAH_SIM_SEEDS says how many seeds.

if(NOT TARGET syrah-sim)
  return()
endif()
set(SYRAH_SIM_SEEDS 1000 CACHE STRING "Seeds that ctest plays in the simulator")
set(seeds_file "${PROJECT_SOURCE_DIR}/tests/sim/seeds.txt")

function(syrah_simulation_test name seconds)
  add_test(NAME sim_${name} COMMAND syrah-sim --quiet --jobs 2 ${ARGN})
  set_tests_properties(sim_${name} PROPERTIES
    LABELS simulation TIMEOUT ${seconds} PROCESSORS 2)
endfunction()

syrah_simulation_test(seeds 1200 --seeds 1-${SYRAH_SIM_SEEDS})
if(SYRAH_SANITIZE)
  return()
endif()
syrah_simulation_test(remembered 120 --file "${seeds_file}")
syrah_simulation_test(long 300 --long --seeds 1-10)
syrah_simulation_test(grenache 300 --grenache --seeds 1-100)
syrah_simulation_test(determinism 120 --twice --seeds 1-20)
foreach(rule send-before-durable ask-without-hold forget-decisions refuse-without-record
    release-by-timer trust-old-disk)
  syrah_simulation_test(plant_${rule} 300 --seeds 1-500 --plant ${rule} --expect-found)
endforeach()
