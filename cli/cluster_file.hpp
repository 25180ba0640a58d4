// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// What the file of `--cluster` says.
struct cluster_file {
  std::vector<std::string> workers; ///< `host:port`, each once
  std::optional<tls_files> tls;     ///< relative paths count from the file's folder
  bool insecure = false;
  std::optional<duration> lease, queue;
};

/// Reads its text; `file` stands for it in errors. Everything in it must be known: what is ignored
/// might be what keeps strangers out.
expected<cluster_file> parse_cluster_file(const std::string& text,
                                          const std::filesystem::path& file);

/// Everything in a file of text.
expected<std::string> text_of(const std::filesystem::path& file);

} // namespace troupe::cli
