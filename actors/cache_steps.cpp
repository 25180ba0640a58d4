// SPDX-License-Identifier: Apache-2.0
#include "actors/cache_steps.hpp"

#include "actors/call.hpp"
#include "actors/result_cache.hpp"

namespace troupe {

namespace {

result_cache& cache_of(const step_input& in) {
  auto& cache = static_cast<const call&>(*in.host).services().cache;
  if (!cache)
    throw step_error{errc::file_error, "the engine has no cache"};
  return *cache;
}

plan::node node_of(const char* name, plain_fn run) {
  plan::step step{
    .kind = std::make_shared<const step_kind>(step_kind{.name = name, .run = std::move(run)}),
    .params = {},
    .is_helper = true};
  return {.id = name, .type = name, .body = std::move(step)};
}

step_output look_up(const step_input& in) {
  auto found = cache_of(in).find(in.input.text());
  if (!found)
    throw step_error{found.error().code, found.error().message};
  return found->value_or(value{});
}

step_output keep(const step_input& in) {
  auto ttl = in.input.find("ttl_ns");
  auto for_ever = !ttl || ttl->is_null();
  auto kept = cache_of(in).keep(in.input.find("key")->text(), *in.input.find("entry"),
                                for_ever ? std::nullopt
                                         : std::optional{duration{ttl->json().get<int64_t>()}});
  if (!kept)
    throw step_error{kept.error().code, kept.error().message};
  return value{};
}

} // namespace

const plan::node& look_up_in_cache() {
  static const auto node = node_of("look_up", look_up);
  return node;
}

const plan::node& keep_in_cache() {
  static const auto node = node_of("keep", keep);
  return node;
}

} // namespace troupe
