# Tests with real processes on loopback: integration/*_test.py, and a short replay of an order flow.
# One at a time, as they measure time and want both cores.

if(NOT TARGET syrah OR NOT Python3_FOUND)
  return()
endif()

add_subdirectory("${PROJECT_SOURCE_DIR}/integration/replay")

# syrah_integration_test(<name> <seconds> <script> <argument>...)
function(syrah_integration_test name seconds script)
  add_test(NAME integration_${name}
    COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/integration/${script}"
      --syrah $<TARGET_FILE:syrah> ${ARGN}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(integration_${name} PROPERTIES
    LABELS integration TIMEOUT ${seconds} RUN_SERIAL TRUE)
endfunction()

syrah_integration_test(invariants 60 invariants_test.py)
syrah_integration_test(trading 300 trading_test.py)
syrah_integration_test(bad_input 300 bad_input_test.py)
syrah_integration_test(bad_start 120 bad_start_test.py)
syrah_integration_test(sources 180 sources_test.py)
syrah_integration_test(cli 120 cli_test.py)
syrah_integration_test(screen 180 screen_test.py)
syrah_integration_test(keys 180 keys_test.py)
syrah_integration_test(basic_peer 120 basic_peer_test.py)
syrah_integration_test(hybrid 300 hybrid_test.py)
syrah_integration_test(legacy 120 legacy_test.py)
syrah_integration_test(rpc 120 rpc_test.py)
syrah_integration_test(feed 180 feed_test.py)
syrah_integration_test(pure 60 pure_test.py)
syrah_integration_test(feed_load 120 feed_load.py --feed-load $<TARGET_FILE:syrah-feed-load>
  --clients 60 --orders 500 --seconds 4)
syrah_integration_test(ccxt 180 ccxt_test.py)
syrah_integration_test(ccxt_pro 60 ccxt_pro_test.py)
syrah_integration_test(openapi 120 openapi_test.py)
syrah_integration_test(metrics 120 metrics_test.py)
syrah_integration_test(replay 300 replay.py --replay $<TARGET_FILE:syrah-replay> --messages 6000)
