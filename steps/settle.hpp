// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step.hpp"

#include <exception>

namespace troupe::steps {

/// Answers with what `make` gives, or with what it throws: in the thread of a reactor an exception
/// would end the host.
template <class Make>
void settle(const promise& answer, Make&& make) {
  try {
    answer.succeed(make());
  } catch (const step_error& why) {
    answer.fail(why);
  } catch (const std::exception& why) {
    answer.fail({errc::step_failed, why.what()});
  }
}

} // namespace troupe::steps
