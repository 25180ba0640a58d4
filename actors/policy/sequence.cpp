// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/sequence.hpp"

namespace troupe {

directive sequence_policy::on_start(const value& input) { return launch{{0}, {input}}; }

directive sequence_policy::on_settled(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  degraded_ = degraded_ || x.result->status == status::degraded;
  if (!x.delta.empty())
    delta_ = composed(std::move(delta_), x.delta);
  if (auto next = x.child + 1; next < children_)
    return launch{{next}, {x.result->output}};
  return finish{{.status = degraded_ ? status::degraded : status::succeeded,
                 .output = x.result->output,
                 .quality = x.result->quality},
                {std::move(delta_)}};
}

} // namespace troupe
