// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The keys of content chains.
namespace troupe::config::chain_keys {

using list = std::vector<std::string>;

/// What the first step may be given, one of them.
inline const list inputs{"prompt", "input_image", "input_video", "inputs"};

/// What counts for the whole flow, and is native.
inline const list of_flow{"context", "env",    "secrets", "defaults", "types",
                          "prices",  "limits", "budget",  "flows",    "on_error"};

/// What else a document may say.
inline const list of_document{
  "troupe", "$schema",    "name",       "description",        "version",        "meta", "steps",
  "output", "input_type", "output_dir", "save_intermediates", "parallel_config"};

/// What a step may be called by; the first one that is there is its id.
inline const list names{"group_id", "id", "step_id", "name"};

/// What any step may say, as a native node does: once for a batch, and for each item of one.
inline const list outer{"enabled", "when", "input", "depends_on", "budget"};
inline const list inner{"set",   "timeout", "deadline", "retry", "fallback_on", "limit",
                        "cache", "expects", "returns",  "price", "exports",     "batch"};

/// What else any step may say.
inline const list of_any{"type", "name",      "id",       "step_id", "params", "retry_count",
                         "cost", "condition", "fallback", "undo",    "meta",   "description"};

inline const list of_step{"model"};
inline const list of_list{"steps", "group_id"};
inline const list of_group{"group_id", "parallel_steps", "steps", "parallel_config"};
/// Of a group or its params.
inline const list group_settings{"max_workers", "fail_fast", "merge_strategy",
                                 "score",       "separator", "program"};
/// Of a group alone, as a native one says them.
inline const list native_group{"min_success", "split", "hedge", "context_merge", "share"};
inline const list of_batch{"step_template"};
inline const list batch_settings{"batch_size", "items", "as", "fail_fast", "tolerated"};
inline const list merge_settings{"merge_strategy", "strategy", "results", "separator", "program"};
inline const list split_settings{"split_strategy", "strategy", "program", "parts", "items"};
inline const list split_strategies{"duplicate", "round_robin", "chunk", "custom"};
inline const list parallel_config{"max_workers", "fail_fast", "merge_strategy"};

inline list joined(std::initializer_list<const list*> all) {
  list out;
  for (auto one : all)
    out.insert(out.end(), one->begin(), one->end());
  return out;
}

} // namespace troupe::config::chain_keys
