// SPDX-License-Identifier: Apache-2.0
#include "steps/http_client.hpp"
#include "steps/kinds.hpp"

namespace troupe {

void add_built_in_steps(registry& kinds, const built_in_options& options) {
  kinds.add(steps::echo_kind());
  kinds.alias("test", "echo");
  kinds.add(steps::template_kind());
  kinds.add(steps::jq_kind());
  kinds.add(steps::sleep_kind());
  kinds.add(steps::fail_kind());
  kinds.add(steps::log_kind());
  kinds.add(steps::merge_kind());
  kinds.alias("merge_results", "merge");
  kinds.alias("merge_outputs", "merge");
  kinds.add(steps::split_kind());
  kinds.alias("split_input", "split");
  kinds.add(steps::shell_kind(options.max_processes));
  steps::http_limits limits{options.http.max_connections, options.http.max_connections_per_host};
  auto client = std::make_shared<steps::http_client>(limits);
  kinds.add(steps::http_kind(client, options.http));
  kinds.add(steps::llm_kind(client, options));
  kinds.add(steps::read_file_kind(options.files));
  kinds.add(steps::write_file_kind(options.files));
  kinds.add(steps::copy_file_kind(options.files));
  kinds.add(steps::move_file_kind(options.files));
  kinds.add(steps::delete_file_kind(options.files));
  kinds.add(steps::list_files_kind(options.files));
  for (auto& kind : steps::content_kinds())
    kinds.add(std::move(kind));
}

} // namespace troupe
