// SPDX-License-Identifier: Apache-2.0
#include "steps/http_client.hpp"
#include "steps/kinds.hpp"

namespace troupe {

void add_built_in_steps(registry& kinds, const built_in_options& options) {
  auto add = [&](step_kind kind) {
    kind.reads_context = false; // all that they read stands in their params
    kinds.add(std::move(kind));
  };
  add(steps::echo_kind());
  kinds.alias("test", "echo");
  add(steps::template_kind());
  add(steps::jq_kind());
  add(steps::sleep_kind());
  add(steps::fail_kind());
  add(steps::log_kind());
  add(steps::merge_kind());
  kinds.alias("merge_results", "merge");
  kinds.alias("merge_outputs", "merge");
  add(steps::split_kind());
  kinds.alias("split_input", "split");
  add(steps::shell_kind(options.max_processes));
  steps::http_limits limits{options.http.max_connections, options.http.max_connections_per_host};
  auto client = std::make_shared<steps::http_client>(limits);
  add(steps::http_kind(client, options.http));
  add(steps::llm_kind(client, options));
  add(steps::read_file_kind(options.files));
  add(steps::write_file_kind(options.files));
  add(steps::copy_file_kind(options.files));
  add(steps::move_file_kind(options.files));
  add(steps::delete_file_kind(options.files));
  add(steps::list_files_kind(options.files));
  for (auto& kind : steps::content_kinds())
    add(std::move(kind));
}

} // namespace troupe
