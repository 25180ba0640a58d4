// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cluster_file.hpp"

#include <functional>

namespace troupe::cli {

/// Who is told that a cluster's file has changed.
struct cluster_listener {
  std::function<expected<void>(const std::string& worker)> on_come;
  std::function<void(const std::string& worker)> on_gone;
  std::function<void(const std::string& line)> say; ///< what is wrong with the file
};

/// Looks what has become of a cluster's file. While it is broken or away, all stays as it was.
class cluster_watch {
public:
  /// `text`, `first`: what the file said when the command began.
  cluster_watch(std::filesystem::path file, std::string text, cluster_file first,
                cluster_listener listener)
    : file_{std::move(file)}, listener_{std::move(listener)}, text_{std::move(text)}, known_{
                                                                                        std::move(
                                                                                          first)} {}

  /// Tells what has changed since it was asked last. Compares what the file says, not its time:
  /// that may stand still.
  void look();

private:
  void follow(cluster_file now);

  std::filesystem::path file_;
  cluster_listener listener_;
  std::string text_; // that was read last, or why it could not be
  cluster_file known_;
};

} // namespace troupe::cli
