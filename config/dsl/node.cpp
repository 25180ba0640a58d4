// SPDX-License-Identifier: Apache-2.0
#include "troupe/dsl/node.hpp"

#include "config/dsl/functions.hpp"
#include "config/dsl/writing.hpp"

namespace troupe::dsl {

written& node::object() {
  if (content_.content.is_array())
    content_ = single(*this);
  return content_.content;
}

node node::with(const char* key, written x) const {
  auto out = *this;
  out.object()[key] = std::move(x);
  return out;
}

node node::with_inner(const char* key, const std::string& inner, written x) const {
  auto out = *this;
  auto& outer = out.object()[key];
  if (!outer.is_object())
    outer = written::object();
  outer[inner] = std::move(x);
  return out;
}

node node::with_piece(const char* key, piece x) const {
  auto out = *this;
  out.object()[key] = take(std::move(x), out.content_);
  return out;
}

node node::id(const std::string& name) const {
  auto out = *this;
  written named{{"id", name}}; // it stands first
  for (auto& [key, x] : out.object().items())
    if (key != "id")
      named[key] = std::move(x);
  out.content_.content = std::move(named);
  return out;
}

node node::enabled(bool is_there) const { return with("enabled", is_there); }
node node::meta(written object) const { return with("meta", std::move(object)); }
node node::when(std::string jq) const { return with("when", std::move(jq)); }
node node::input(written given) const { return with("input", std::move(given)); }
node node::set(const std::string& key, written given) const {
  return with_inner("set", key, std::move(given));
}
node node::exports(std::vector<std::string> keys) const { return with("exports", std::move(keys)); }
node node::returns(written schema) const { return with("returns", std::move(schema)); }

node node::timeout(duration of_one_attempt) const {
  return with("timeout", text_of(of_one_attempt));
}
node node::deadline(duration of_all_attempts) const {
  return with("deadline", text_of(of_all_attempts));
}
node node::retry(int attempts) const { return with("retry", attempts); }
node node::retry(const retry_options& how) const { return with("retry", object_of(how)); }

node node::fallback(node backup) const {
  auto out = *this;
  auto x = take(single(backup), out.content_);
  auto& all = out.object()["fallback"];
  if (all.is_null())
    all = std::move(x);
  else if (all.is_object())
    all = written::array({std::move(all), std::move(x)});
  else
    all.push_back(std::move(x));
  return out;
}

node node::fallback(std::vector<node> backups) const {
  auto out = *this;
  for (auto& x : backups)
    out = out.fallback(std::move(x));
  return out;
}

node node::fallback_on(const std::vector<errc>& codes) const {
  return with("fallback_on", list_of(codes));
}
node node::undo(node how) const { return with_piece("undo", single(how)); }
node node::budget(const budget_options& most) const { return with("budget", object_of(most)); }

node node::cache(const cache_options& how) const {
  auto x = written::object();
  if (how.ttl)
    x["ttl"] = text_of(*how.ttl);
  if (!how.key.is_null())
    x["key"] = how.key;
  return with("cache", std::move(x));
}

node node::place(written where) const { return with("place", std::move(where)); }

node node::next(std::string target) const {
  auto has_actions = content_.content.is_object() && content_.content.contains("next") &&
                     content_.content["next"].is_object();
  return has_actions ? next("default", std::move(target)) : with("next", std::move(target));
}

node node::next(const std::string& action, std::string target) const {
  auto out = *this;
  auto& all = out.object()["next"];
  if (all.is_string())
    all = {{"default", std::move(all)}};
  all[action] = std::move(target);
  return out;
}

node node::action(std::string jq_or_template) const {
  return with("action", std::move(jq_or_template));
}
node node::max_visits(int most) const { return with("max_visits", most); }
node node::depends_on(std::vector<std::string> ids) const {
  return with("depends_on", std::move(ids));
}

node node::batch(written items) const { return with("batch", {{"items", std::move(items)}}); }
node node::as(std::string name) const { return with_inner("batch", "as", std::move(name)); }
node node::concurrently(std::optional<int> at_most) const {
  auto out = with_inner("batch", "parallel", true);
  return at_most ? out.with_inner("batch", "max_concurrent", *at_most) : out;
}
node node::batch_size(int items) const { return with_inner("batch", "batch_size", items); }
node node::tolerated(int failures) const { return with_inner("batch", "tolerated", failures); }
node node::tolerated(std::string share) const {
  return with_inner("batch", "tolerated", std::move(share));
}
node node::on_item_error(std::string rule) const {
  return with_inner("batch", "on_error", std::move(rule));
}

node node::model(written name) const { return with("model", std::move(name)); }

node node::limit(std::string name) const {
  auto out = *this;
  auto& all = out.object()["limit"];
  if (all.is_null())
    all = std::move(name);
  else if (all.is_string())
    all = written::array({std::move(all), std::move(name)});
  else
    all.push_back(std::move(name));
  return out;
}

node node::expects(const estimate& spent) const {
  return with("expects", object_of({.cost_usd = spent.cost_usd, .tokens = spent.tokens}));
}
node node::price(written usd) const { return with("price", std::move(usd)); }
node node::idempotent(bool is_so) const { return with("idempotent", is_so); }

node node::on_error(std::string rule) const { return with("on_error", std::move(rule)); }

node node::max_workers(int most) const { return with("max_workers", most); }
node node::min_success(int least) const { return with("min_success", least); }
node node::merge(merging how) const { return with_piece("merge", std::move(how.content)); }
node node::merge(std::string_view name) const { return with("merge", name); }
node node::merge(list_fn run) const {
  return with_piece("merge", marked({std::move(run), role::merge}));
}
node node::split(std::string_view name) const { return with("split", name); }
node node::split(list_fn run) const {
  return with_piece("split", marked({std::move(run), role::split}));
}
node node::split_by(std::string jq) const { return with("split", {{"jq", std::move(jq)}}); }
node node::hedge(duration after) const { return with("hedge", {{"after", text_of(after)}}); }
node node::share(std::vector<std::string> keys) const { return with("share", std::move(keys)); }
node node::context_merge(const std::string& key, written policy) const {
  return with_inner("context_merge", key, std::move(policy));
}
node node::context_merge(const std::string& key, list_fn run) const {
  auto out = *this;
  auto policy = take(marked({std::move(run), role::context_merge}), out.content_);
  return out.context_merge(key, std::move(policy));
}

node node::repeat_while(std::string jq) const { return with("while", std::move(jq)); }
node node::until(std::string jq) const { return with("until", std::move(jq)); }
node node::max_iterations(int most) const { return with("max_iterations", most); }
node node::on_limit(std::string rule) const { return with("on_limit", std::move(rule)); }
node node::carry(written given) const { return with("carry", std::move(given)); }

} // namespace troupe::dsl
