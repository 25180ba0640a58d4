// SPDX-License-Identifier: Apache-2.0
#include "tests/property/stage.hpp"

#include <cmath>
#include <optional>
#include <stop_token>

namespace troupe::test {

using nlohmann::json;

bill& bill::operator+=(const bill& x) {
  mils += x.mils;
  calls += x.calls;
  return *this;
}

bill bill_of(const json& metrics) {
  return {std::llround(metrics.value("cost_usd", 0.0) * 1000), metrics.value("calls", int64_t{0})};
}

bill bill_of(const metrics& x) { return bill_of(x.json()); }

std::string to_string(const bill& x) {
  return std::to_string(x.mils) + " mils for " + std::to_string(x.calls) + " calls";
}

int64_t digest(const json& input) {
  uint32_t hash = 2166136261U; // FNV-1a
  for (unsigned char c : input.dump())
    hash = (hash ^ c) * 16777619U;
  return hash % 1000000;
}

json default_output(const std::string& path, const json& input, int tries) {
  return {{"by", path}, {"n", digest(input)}, {"try", tries}};
}

std::string action_of(const json& params, const json& input) {
  if (params.contains("turns") && !params["turns"].empty())
    return params["turns"][static_cast<size_t>(digest(input)) % params["turns"].size()];
  return params.value("action", "");
}

namespace {

std::string deed_of(const step_input& in) {
  auto& params = in.params.json();
  if (in.host->attempt() <= params.value("fails_first", 0))
    return "fail";
  return params.value("does", "succeed");
}

duration delay_of(const step_input& in) {
  return std::chrono::milliseconds{in.params.json().value("delay_ms", 0)};
}

} // namespace

/// A promise under way; kept by the stage, else it would answer by itself.
struct stage::act {
  explicit act(promise x) : answer{std::move(x)} {}
  promise answer;
  bool is_over = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop = {};
};

stage::~stage() = default;

void stage::clear() {
  calls.clear();
  spent = {};
  acts_.clear();
}

void stage::add_kinds(registry& kinds) {
  kinds.add_async("play", [this](const step_input& in, promise x) { play(in, std::move(x)); });
  kinds.add_inline("quick", [this](const step_input& in) { return recite(in); });
  kinds.add("block", [this](const step_input& in) { return recite(in); });
}

void stage::note(const step_input& in) {
  calls.push_back(
    {in.host->path(), in.host->attempt(), now(), in.input.json(), in.context.as_value().json()});
}

json stage::pay(const json& params) {
  json metrics{{"cost_usd", params.value("cost", 0.0)}, {"calls", 1}};
  spent += bill_of(metrics);
  return metrics;
}

step_output stage::success(const step_input& in) {
  auto& params = in.params.json();
  step_output x = params.contains("output")
                    ? params["output"]
                    : default_output(in.host->path(), in.input.json(), in.host->attempt());
  x.metrics = pay(params);
  x.action = action_of(params, in.input.json());
  if (params.contains("quality"))
    x.quality = params["quality"].get<double>();
  if (params.contains("context"))
    for (auto& [key, wanted] : params["context"].items())
      x.changes[key] = value{wanted};
  if (params.contains("erases"))
    x.changes[params["erases"].get<std::string>()] = {};
  return x;
}

step_error stage::failure(const step_input& in) {
  auto& params = in.params.json();
  std::optional<bool> retryable;
  if (params.contains("retryable"))
    retryable = params["retryable"].get<bool>();
  json details;
  if (params.contains("retry_after"))
    details = {{"retry_after", params["retry_after"]}};
  return {*errc_from(params.value("code", "step_failed")), "as the script says", retryable,
          pay(params), details};
}

step_output stage::recite(const step_input& in) {
  note(in);
  auto does = deed_of(in);
  if (does == "fail")
    throw failure(in);
  if (does == "throw")
    throw std::runtime_error{"as the script says"};
  return success(in);
}

void stage::play(const step_input& in, promise answer) {
  note(in);
  auto does = deed_of(in);
  auto delay = delay_of(in);
  if (does == "throw")
    throw std::runtime_error{"as the script says"};
  if (does == "succeed" && (delay.count() == 0 || in.params.json().value("parked", false)))
    return answer.succeed_after(delay, success(in));
  auto x = acts_.emplace_back(std::make_shared<act>(std::move(answer)));
  if (does == "deaf")
    return;
  auto end = [x](const std::function<void()>& how) {
    if (!std::exchange(x->is_over, true))
      how();
  };
  x->on_stop.emplace(in.stop, [this, end, in, does, p = x.get()] {
    end([&] {
      auto why = step_error{errc::cancelled, "told to stop"};
      why.metrics = does == "crash" ? json{} : pay(in.params.json());
      p->answer.fail(why);
    });
  });
  if (does == "crash")
    return kill_current_actor(delay);
  if (does == "hang")
    return;
  call_later(delay, [this, end, in, does, x] {
    end([&] {
      if (does == "fail")
        x->answer.fail(failure(in));
      else
        x->answer.succeed(success(in));
    });
  });
}

} // namespace troupe::test
