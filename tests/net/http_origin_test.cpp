#include "net/http_origin.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace syrah::net {
namespace {

TEST(HttpOrigin, HostsAreTakenApart) {
  EXPECT_EQ(parse_host("LocalHost:8080"), (HostPort{"localhost", "8080"}));
  EXPECT_EQ(parse_host("127.0.0.1"), (HostPort{"127.0.0.1", ""}));
  EXPECT_EQ(parse_host("[::1]:80"), (HostPort{"::1", "80"}));
  EXPECT_EQ(parse_host("[::1]"), (HostPort{"::1", ""}));
  for (const char* bad : {"", ":80", "a:", "a:b", "a:80:90", "[::1", "[]", "a:123456", "[::1]80"}) {
    EXPECT_EQ(parse_host(bad), std::nullopt) << bad;
  }
}

using Names = std::vector<std::string>;

TEST(HttpOrigin, AddressesLocalhostAndTheOwnNamesAreHosts) {
  const Names names = {"node.example", "Node1"};
  for (const char* good : {"127.0.0.1:8080", "192.168.1.5", "[::1]:8080", "localhost:8080",
                           "node.example:8080", "NODE.example", "node1:8080"}) {
    EXPECT_EQ(origin_refusal(good, std::nullopt, names), "") << good;
  }
}

TEST(HttpOrigin, NamesThatAnybodyCanPointHereAreRefused) {
  for (const char* bad : {"evil.example", "evil.example:8080", "127.0.0.1.evil.example",
                          "localhost.evil.example", "localhost.", "node2", ""}) {
    EXPECT_NE(origin_refusal(bad, std::nullopt, Names{"127.0.0.1", "node1"}), "") << bad;
  }
}

TEST(HttpOrigin, OnlyTheServersOwnPagesMayAsk) {
  const std::string host = "localhost:8080";
  EXPECT_EQ(origin_refusal(host, "http://localhost:8080", Names{}), "");
  for (const char* bad : {"http://localhost:8081", "http://localhost", "https://localhost:8080",
                          "http://evil.example", "null", "", "localhost:8080"}) {
    EXPECT_NE(origin_refusal(host, bad, Names{}), "") << bad;
  }
}

TEST(HttpOrigin, WhatBrowsersSayOfTheSiteCountsWithoutAnOriginToo) {
  EXPECT_EQ(fetch_refusal(std::nullopt), "") << "no browser";
  EXPECT_EQ(fetch_refusal("none"), "") << "typed by the user";
  EXPECT_EQ(fetch_refusal("same-origin"), "");
  for (const char* bad : {"cross-site", "same-site", "", "None"}) {
    EXPECT_NE(fetch_refusal(bad), "") << bad;
  }
}

}  // namespace
}  // namespace syrah::net
