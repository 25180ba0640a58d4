// SPDX-License-Identifier: Apache-2.0
#include "cluster/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace troupe {

expected<address> address::from(const std::string& text) {
  auto refuse = [&] {
    return failure(errc::invalid_input,
                   "\"" + text + "\" is no address: wanted host:port, such as 10.0.0.5:4242");
  };
  auto colon = text.rfind(':');
  if (colon == text.npos)
    return refuse();
  address x{text.substr(0, colon)};
  if (x.host.starts_with('[') && x.host.ends_with(']'))
    x.host = x.host.substr(1, x.host.size() - 2);
  else if (x.host.find(':') != x.host.npos)
    return refuse(); // IPv6 stands in brackets
  auto first = text.data() + colon + 1, last = text.data() + text.size();
  auto [end, problem] = std::from_chars(first, last, x.port);
  if (x.host.empty() || problem != std::errc{} || end != last)
    return refuse();
  return x;
}

std::string address::text() const {
  auto is_v6 = host.find(':') != host.npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24 == 127;
  return host == "::1" || host == "localhost";
}

namespace {

struct closing {
  int fd;
  ~closing() { ::close(fd); }
};

std::string problem_at(const addrinfo& where, duration limit) {
  auto fd = ::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return std::strerror(errno);
  closing guard{fd};
  if (::connect(fd, where.ai_addr, where.ai_addrlen) == 0)
    return {};
  if (errno != EINPROGRESS)
    return std::strerror(errno);
  pollfd waiting{fd, POLLOUT, 0};
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  if (::poll(&waiting, 1, static_cast<int>(ms)) != 1)
    return "no answer in " + to_string(limit);
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
  return problem == 0 ? std::string{} : std::strerror(problem);
}

} // namespace

std::string problem_of_connecting(const address& to, duration limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (auto problem =
        ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found))
    return ::gai_strerror(problem);
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, &::freeaddrinfo};
  std::string last;
  for (auto one = all.get(); one; one = one->ai_next) {
    last = problem_at(*one, limit);
    if (last.empty())
      break;
  }
  return last;
}

} // namespace troupe
