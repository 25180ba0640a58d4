// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

// The built-in step kinds: one function each, in the file of that name.
namespace troupe::steps {

class http_client;

step_kind echo_kind();
step_kind template_kind();
step_kind jq_kind();
step_kind sleep_kind();
step_kind fail_kind();
step_kind log_kind();
step_kind merge_kind();
step_kind split_kind();
step_kind shell_kind(size_t max_processes);
step_kind http_kind(std::shared_ptr<http_client> client, const http_options& options);
step_kind llm_kind(std::shared_ptr<http_client> client, const built_in_options& options);
step_kind read_file_kind(const file_roots& roots);
step_kind write_file_kind(const file_roots& roots);
step_kind copy_file_kind(const file_roots& roots);
step_kind move_file_kind(const file_roots& roots);
step_kind delete_file_kind(const file_roots& roots);
step_kind list_files_kind(const file_roots& roots);
std::vector<step_kind> content_kinds();

} // namespace troupe::steps
