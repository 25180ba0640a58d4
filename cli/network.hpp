// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cluster_file.hpp"
#include "troupe/cluster.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// What the command is told of other processes.
struct cluster_options {
  std::vector<std::string> workers; ///< `host:port`
  std::string file;                 ///< of `--cluster`; empty: none
  tls_files tls;
  bool insecure = false;
  std::string lease; ///< a duration; empty: the library's
};

/// For all who meet others: TLS, and how long a silent one is waited for.
void add_transport_options(CLI::App& command, cluster_options& x);
/// For those who look for workers: these, and the transport's.
void add_cluster_options(CLI::App& command, cluster_options& x);

/// How to meet them. The options go before the file.
network_options transport_of(const cluster_options& x, const cluster_file& members = {});

/// An engine's way to its workers.
struct network {
  std::optional<network_options> options = {}; ///< nothing: none of it was said
  std::vector<std::string> workers = {};       ///< of the options
  std::string file = {};                       ///< empty: none
  std::string text = {};                       ///< what is in it
  cluster_file members = {};
};

/// invalid_input: the file is not right.
expected<network> read_network(const cluster_options& x);

} // namespace troupe::cli
