// SPDX-License-Identifier: Apache-2.0
#include "cli/network.hpp"

#include "cli/endpoint.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr duration shortest_lease = std::chrono::milliseconds{100};

/// One beat that is late must not end a lease.
constexpr int beats_of_a_lease = 5;

std::string problem_of_lease(const std::string& text) {
  auto lease = parse_duration(text);
  return lease && *lease >= shortest_lease ? ""
                                           : "wanted a time from 100ms on, found \"" + text + "\"";
}

std::string problem_of_worker(const std::string& text) {
  return is_reachable_name(text) ? "" : "wanted HOST:PORT, found \"" + text + "\"";
}

} // namespace

void add_transport_options(CLI::App& command, cluster_options& x) {
  auto certificate = command
                       .add_option("--tls-cert", x.tls.certificate,
                                   "this process's certificate; see: troupe cluster certs")
                       ->type_name("FILE");
  auto key = command.add_option("--tls-key", x.tls.key, "its key, that only its owner may read")
               ->type_name("FILE");
  auto authority =
    command.add_option("--tls-ca", x.tls.authority, "the certificate that has signed all others")
      ->type_name("FILE");
  certificate->needs(key); // in a ring: all of them or none
  key->needs(authority);
  authority->needs(certificate);
  command
    .add_flag("--insecure", x.insecure,
              "without TLS beyond this machine: whoever can connect can run steps there")
    ->excludes(certificate);
  command
    .add_option("--lease", x.lease, "who has been silent for that long is lost; 10s if not said")
    ->check(problem_of_lease)
    ->type_name("TIME");
}

void add_cluster_options(CLI::App& command, cluster_options& x) {
  command.add_option("--worker", x.workers, "a worker to use; may be repeated")
    ->expected(1)
    ->take_all()
    ->check(problem_of_worker)
    ->type_name("HOST:PORT");
  command
    .add_option("--cluster", x.file, "workers, and how to reach them; it may change meanwhile")
    ->type_name("FILE");
  add_transport_options(command, x);
}

network_options transport_of(const cluster_options& x, const cluster_file& members) {
  network_options out;
  // TLS or not is said as a whole: half of it could be less than was meant.
  auto is_said = x.insecure || !x.tls.certificate.empty();
  out.tls = members.tls;
  if (is_said)
    out.tls = x.insecure ? std::nullopt : std::optional{x.tls};
  out.insecure = is_said ? x.insecure : members.insecure;
  out.lease = parse_duration(x.lease).value_or(members.lease.value_or(out.lease));
  out.heartbeat = std::min(out.heartbeat, out.lease / beats_of_a_lease);
  out.queue = members.queue.value_or(out.queue);
  return out;
}

expected<network> read_network(const cluster_options& x) {
  network out{.workers = x.workers, .file = x.file};
  if (!x.file.empty()) {
    auto text = text_of(x.file);
    auto members = text.and_then([&](auto& it) { return parse_cluster_file(it, x.file); });
    if (!members)
      return unexpected{members.error()};
    out.text = std::move(*text);
    out.members = std::move(*members);
  }
  auto is_alone = x.workers.empty() && x.file.empty() && x.tls.certificate.empty() && !x.insecure &&
                  x.lease.empty();
  if (!is_alone)
    out.options = transport_of(x, out.members);
  return out;
}

} // namespace troupe::cli
