// SPDX-License-Identifier: Apache-2.0
#include "tests/property/rough_rules.hpp"

#include <algorithm>

namespace troupe::test {

using nlohmann::json;

namespace {

/// A step that can be taken back, and has ended well.
struct deed {
  const step_result* result;
  size_t undone = 0;
};

class takings_back {
public:
  explicit takings_back(const rough_case& x) : all_{x} {}

  std::vector<std::string> wrong() {
    find_deeds();
    for (auto& x : all_.what.calls)
      if (all_.is_undo(x.path))
        explain(x);
    for (auto& x : deeds_)
      judge(x);
    for (auto& x : all_.what.ended)
      check_order(*x);
    return wrong_;
  }

private:
  /// Wrappers answer what was inside of them: at the same moment, in the name of the same node.
  void find_deeds() {
    for (auto& x : all_.what.ended) {
      auto node = all_.node_at(x->path);
      auto is_whole_batch = node && node->contains("batch") && !x->path.ends_with(']');
      if (!node || !node->contains("undo") || !x->success() || is_whole_batch ||
          x->metadata.contains("fallback_triggered"))
        continue;
      auto is_known = std::any_of(deeds_.begin(), deeds_.end(), [&](auto& known) {
        return known.result->path == x->path &&
               end_since_begin(*known.result) == end_since_begin(*x);
      });
      if (!is_known)
        deeds_.push_back({x.get()});
    }
  }

  /// What is taken back was done, and the undo is given what came of it. Of several that are alike
  /// it is the last one.
  void explain(const call_record& undo) {
    auto path = undo.path.substr(0, undo.path.rfind("/undo/"));
    auto is_it = [&](const deed& x) {
      return x.result->path == path && x.undone == 0 && end_since_begin(*x.result) <= undo.at &&
             x.result->output.json() == undo.input;
    };
    auto found = std::find_if(deeds_.rbegin(), deeds_.rend(), is_it);
    if (found != deeds_.rend()) {
      ++found->undone;
      return;
    }
    wrong_.push_back("wanted no undo at " + undo.path + " with " + undo.input.dump() +
                     ", found one");
  }

  /// Of a batch, each item is a scope, or the whole is.
  static bool rolls_back(const document& node, const std::string& path) {
    auto says_so = [](const document& x) {
      return x.is_object() && x.contains("on_error") && x["on_error"] == "rollback";
    };
    auto is_whole_batch = node.contains("batch") && !path.ends_with(']');
    return says_so(is_whole_batch ? node["batch"] : node);
  }

  /// It failed in a way of its own, once all inside had ended.
  static bool failed_at_its_end(const step_result& r) {
    return r.error && r.error->path == r.path &&
           (r.error->code == errc::merge_conflict || r.error->code == errc::unresolved_reference);
  }

  void judge(const deed& x) {
    auto end = end_since_begin(*x.result);
    auto must = all_.flow.value("on_error", "") == "rollback" && !all_.what.result->tree->ok();
    auto may = must;
    for (auto& r : all_.what.ended) {
      auto node = all_.node_at(r->path);
      if (!node || !rolls_back(*node, r->path) || r->ok() ||
          !all_.is_path_inside(x.result->path, *r) || start_since_begin(*r) > end ||
          end_since_begin(*r) < end)
        continue;
      may = true;
      must = must || !failed_at_its_end(*r);
    }
    if ((must && x.undone == 0) || (!may && x.undone > 0))
      wrong_.push_back("wanted " + x.result->path + (must ? "" : " not") +
                       " to be undone, found otherwise");
  }

  /// Those that were done last are taken back first.
  void check_order(const step_result& r) {
    auto told = r.metadata.find("undone");
    if (told == r.metadata.end())
      return;
    if (r.success())
      wrong_.push_back("wanted no undo in " + r.path + ", which has made it, found one");
    auto last = duration::max();
    for (auto& one : told->second.json()) {
      auto end = duration::max();
      auto found = 0;
      for (auto& x : deeds_)
        if (x.result->path == one["path"]) {
          end = end_since_begin(*x.result);
          ++found;
        }
      if (found != 1) // done in several tries
        continue;
      if (end > last)
        wrong_.push_back("wanted " + one["path"].dump() + " undone sooner, found otherwise");
      last = end;
    }
  }

  const rough_case& all_;
  std::vector<deed> deeds_;
  std::vector<std::string> wrong_;
};

} // namespace

std::vector<std::string> wrong_with_undos(const rough_case& x) { return takings_back{x}.wrong(); }

} // namespace troupe::test
