# Libraries of others. Their headers count as system headers, so only our own code can warn.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(restinio REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
# The part of Avahi that needs no daemon; what it shares with the other parts has no package file.
pkg_check_modules(AVAHI REQUIRED IMPORTED_TARGET avahi-core)

# Its package file asks for a web server that the core does not need.
find_path(SYRAH_PROMETHEUS_INCLUDE prometheus/text_serializer.h REQUIRED)
find_library(SYRAH_PROMETHEUS_CORE prometheus-cpp-core REQUIRED)
add_library(syrah_prometheus INTERFACE)
target_include_directories(syrah_prometheus SYSTEM INTERFACE "${SYRAH_PROMETHEUS_INCLUDE}")
target_link_libraries(syrah_prometheus INTERFACE "${SYRAH_PROMETHEUS_CORE}")

# Header only, without a package file of their own.
find_path(SYRAH_ASIO_INCLUDE asio.hpp REQUIRED)
find_path(SYRAH_RAPIDJSON_INCLUDE rapidjson/reader.h REQUIRED)

add_library(syrah_asio INTERFACE)
target_include_directories(syrah_asio SYSTEM INTERFACE "${SYRAH_ASIO_INCLUDE}")
# Whether Asio thinks that there is std::aligned_alloc depends on what was included before it, and what
# one source allocates another may free.
target_compile_definitions(syrah_asio INTERFACE ASIO_STANDALONE ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(syrah_asio INTERFACE Threads::Threads)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Asio 1.22 looks for <experimental/coroutine> with clang and then believes there are none.
  target_compile_definitions(syrah_asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
endif()
