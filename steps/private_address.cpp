// SPDX-License-Identifier: Apache-2.0
#include "steps/private_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace troupe::steps {

namespace {

using bytes = std::array<uint8_t, 16>;

struct block {
  bytes first;
  int bits;
};

constexpr std::array v4_blocks{
  block{{0}, 8},            // this network
  block{{10}, 8},           // private
  block{{100, 64}, 10},     // carrier NAT
  block{{127}, 8},          // loopback
  block{{169, 254}, 16},    // link-local, metadata services
  block{{172, 16}, 12},     // private
  block{{192, 0, 0}, 24},   // protocol assignments
  block{{192, 0, 2}, 24},   // documentation
  block{{192, 88, 99}, 24}, // 6to4 relays
  block{{192, 168}, 16},    // private
  block{{198, 18}, 15},     // benchmarks
  block{{198, 51, 100}, 24},
  block{{203, 0, 113}, 24}, // documentation
  block{{224}, 4},          // multicast
  block{{240}, 4},          // reserved, broadcast
};

constexpr std::array v6_blocks{

  block{{0x20, 0x01, 0x00, 0x00}, 23}, // protocol assignments, Teredo
  block{{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
  block{{0x3f, 0xff}, 20},             // documentation
};

bool is_in(const bytes& x, const block& range) {
  for (int bit = 0; bit < range.bits; bit += 8) {
    auto left = std::min(8, range.bits - bit);
    auto mask = static_cast<uint8_t>(0xFF << (8 - left));
    auto i = static_cast<size_t>(bit / 8);
    if ((x[i] & mask) != (range.first[i] & mask))
      return false;
  }
  return true;
}

bool is_private_v4(const uint8_t* from) {
  bytes x{};
  std::copy_n(from, 4, x.begin());
  return std::any_of(v4_blocks.begin(), v4_blocks.end(), [&](auto& one) { return is_in(x, one); });
}

bool is_private_v6(const bytes& x) {
  constexpr bytes nat64{0x00, 0x64, 0xff, 0x9b};
  auto zeros = [&](size_t count) {
    return std::all_of(x.begin(), x.begin() + count, [](auto b) { return b == 0; });
  };
  if (zeros(12) || (zeros(10) && x[10] == 0xff && x[11] == 0xff))
    return is_private_v4(&x[12]); // ::, ::1, compatible and mapped addresses
  if (is_in(x, {nat64, 96}))
    return is_private_v4(&x[12]);
  if (is_in(x, {nat64, 32}))
    return true; // local use
  if (is_in(x, {{0x20, 0x02}, 16}))
    return is_private_v4(&x[2]); // 6to4
  if (!is_in(x, {{0x20}, 3}))
    return true; // nothing else is given out yet
  return std::any_of(v6_blocks.begin(), v6_blocks.end(), [&](auto& one) { return is_in(x, one); });
}

} // namespace

bool is_private(const sockaddr& x) {
  if (x.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &x, sizeof v4);
    return is_private_v4(reinterpret_cast<const uint8_t*>(&v4.sin_addr));
  }
  if (x.sa_family != AF_INET6)
    return true;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &x, sizeof v6);
  bytes all{};
  std::memcpy(all.data(), &v6.sin6_addr, all.size());
  return is_private_v6(all);
}

bool is_private(const std::string& address) {
  bytes all{};
  if (::inet_pton(AF_INET, address.c_str(), all.data()) == 1)
    return is_private_v4(all.data());
  auto bare = address.substr(0, address.find('%')); // without a zone
  return ::inet_pton(AF_INET6, bare.c_str(), all.data()) != 1 || is_private_v6(all);
}

} // namespace troupe::steps
