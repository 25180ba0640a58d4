// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_watch.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

/// Those of `all` that are not among the `others`.
std::vector<std::string> without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](auto& x) { return std::find(others.begin(), others.end(), x) == others.end(); });
  return out;
}

auto transport_of(const cluster_file& x) {
  auto files = x.tls.value_or(tls_files{});
  return std::tuple{files.certificate, files.key, files.authority, x.insecure, x.lease, x.queue};
}

} // namespace

void cluster_watch::look() {
  auto read = text_of(file_);
  auto text = read ? *read : read.error().message;
  if (text == std::exchange(text_, text))
    return;
  auto now = read.and_then([&](auto& x) { return parse_cluster_file(x, file_); });
  if (now)
    return follow(std::move(*now));
  listener_.say("troupe: " + now.error().message + "; the workers stay as they are\n");
}

void cluster_watch::follow(cluster_file now) {
  for (auto& x : without(known_.workers, now.workers))
    listener_.on_gone(x);
  for (auto& x : without(now.workers, known_.workers))
    if (auto ok = listener_.on_come(x); !ok)
      listener_.say("troupe: worker " + x + ": " + ok.error().message + "\n");
  if (transport_of(now) != transport_of(known_))
    listener_.say("troupe: " + file_.string() +
                  ": only the workers can change while the command runs\n");
  known_ = std::move(now);
}

} // namespace troupe::cli
