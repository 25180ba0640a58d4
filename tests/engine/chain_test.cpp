// SPDX-License-Identifier: Apache-2.0
// Content chains from end to end, with the types of examples/types and a provider that speaks HTTP.
#include "tests/support/golden.hpp"
#include "tests/support/http_server.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <mutex>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

/// Answers with the name of the file that was asked for, at a cent each. The voice `mute` fails.
class media_provider {
public:
  std::string url() const { return server_.url(); }
  int requests() const { return server_.requests; }

  /// What was asked of a kind, sorted: branches run at the same time.
  std::vector<json> asked(const std::string& kind, const std::string& key) {
    std::lock_guard guard{mutex_};
    std::vector<json> all;
    for (auto& [name, body] : asked_)
      if (name == kind)
        all.push_back(body[key]);
    std::sort(all.begin(), all.end());
    return all;
  }

private:
  reply answer(const received& x) {
    auto body = json::parse(x.body);
    auto kind = x.path.substr(1);
    {
      std::lock_guard guard{mutex_};
      asked_.emplace_back(kind, body);
    }
    if (body.value("voice", json()) == "mute")
      return {.status = 400, .body = R"({"error": "no such voice"})"};
    auto file = body["output_file"];
    if (file.is_null())
      file = kind + "_" + (body["model"].is_null() ? "x" : body["model"].get<std::string>());
    return {.body = json{
              {"file", file},
              {"files", {"1.png", "2.png"}},
              {"text", "a text of " + body.value("image", json()).dump()},
              {"cost_usd",
               0.01}}.dump()};
  }

  std::mutex mutex_;
  std::vector<std::pair<std::string, json>> asked_;
  http_server server_{[this](const received& x) { return answer(x); }};
};

struct chain_fixture {
  flow parsed(const std::string& text) const {
    auto types = read_text(source_folder() / "examples/types/media_provider.json");
    auto read = parse_flow(text, engine.steps(), "chain.yaml", {.types = types});
    BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
    return *read;
  }
  run_result run(const std::string& text, json inputs = json::object()) {
    return engine.run(parsed(text), value{std::move(inputs)},
                      {.environment = {{{"MEDIA_URL", provider.url()}}}});
  }
  json output_of(const std::string& text, json inputs = json::object()) {
    auto result = run(text, std::move(inputs));
    BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : "no error"));
    return result.output.json();
  }

  media_provider provider;
  troupe::engine engine;
};

constexpr auto voices = R"(
prompt: Welcome
output_dir: out
steps:
  - type: parallel_group
    group_id: voices
    parallel_steps:
      - {type: text_to_speech, name: a, model: m, params: {voice: rachel, output_file: r.mp3}}
      - {type: text_to_speech, name: b, model: m, params: {voice: drew, output_file: d.mp3}, cost: 0.5}
)";

} // namespace

BOOST_FIXTURE_TEST_SUITE(chain_suite, chain_fixture)

BOOST_AUTO_TEST_CASE(one_text_is_spoken_by_several_voices) {
  auto result = run(voices);
  BOOST_REQUIRE(result.success());
  auto output = result.output.json();
  BOOST_TEST(output["success"] == true);
  BOOST_TEST(output["errors"] == json::array());
  BOOST_REQUIRE(output["outputs"].size() == 2u);
  BOOST_TEST(output["outputs"][0]["name"] == "a");
  BOOST_TEST(output["outputs"][0]["output"] == "out/r.mp3");
  BOOST_TEST(output["outputs"][1]["output"] == "out/d.mp3");
  BOOST_TEST(provider.asked("text_to_speech", "text") == std::vector<json>({"Welcome", "Welcome"}));
  BOOST_TEST(provider.asked("text_to_speech", "voice") == std::vector<json>({"drew", "rachel"}));
  BOOST_TEST(result.metrics.count("/cost_usd") == 510'000'000); // what a step says goes before
}

BOOST_AUTO_TEST_CASE(another_input_goes_before_the_written_one) {
  output_of(voices, {{"prompt", "Goodbye"}});
  BOOST_TEST(provider.asked("text_to_speech", "text") == std::vector<json>({"Goodbye", "Goodbye"}));
}

BOOST_AUTO_TEST_CASE(a_group_fails_when_any_branch_has_failed_after_all_have_run) {
  auto text = std::string{voices};
  text.replace(text.find("rachel"), 6, "mute");
  auto result = run(text);
  BOOST_TEST(!result.success());
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::http_status));
  BOOST_TEST(provider.requests() == 2);
  BOOST_TEST(result.metrics.count("/cost_usd") == 500'000'000);
}

BOOST_AUTO_TEST_CASE(a_group_with_branches_that_may_be_skipped_fails_with_any_of_the_others) {
  auto chain = [](const std::string& voice, const std::string& when) {
    return "prompt: x\nsteps: [{type: parallel_group, parallel_steps: [{type: text_to_speech, "
           "name: "
           "a, params: {voice: " +
           voice + "}}, {type: text_to_speech, when: '" + when + "', params: {voice: drew}}]}]";
  };
  BOOST_TEST(output_of(chain("rachel", "false"))["outputs"].size() == 1u);
  BOOST_TEST(output_of(chain("rachel", "true"))["outputs"].size() == 2u);
  auto failed = run(chain("mute", "true"));
  BOOST_REQUIRE(failed.error);
  BOOST_TEST(failed.error->message.find("a: ") != std::string::npos, failed.error->message);
}

BOOST_AUTO_TEST_CASE(several_models_are_compared_and_the_best_is_taken) {
  auto output = output_of(R"(
prompt: a lighthouse
steps:
  - type: parallel_group
    name: models
    merge_strategy: best_quality
    score: 'if endswith("large") then 2 else 1 end'
    parallel_steps:
      - {type: text_to_image, model: small}
      - {type: text_to_image, model: large}
      - {type: text_to_image, model: medium}
  - {type: image_to_video, model: m, params: {prompt: waves}}
)");
  BOOST_TEST(output == "image_to_video_m");
  BOOST_TEST(provider.asked("text_to_image", "prompt") ==
             std::vector<json>(3, json("a lighthouse")));
  BOOST_TEST(provider.asked("image_to_video", "image") == std::vector<json>{"text_to_image_large"});
}

BOOST_AUTO_TEST_CASE(a_batch_speaks_each_of_the_chains_inputs) {
  auto output = output_of(R"(
inputs: [one, two, three]
steps:
  - type: batch_parallel
    batch_size: 2
    step_template: {type: text_to_speech, model: m, params: {voice: drew, output_file: '${previous}.mp3'}}
  - {type: merge_outputs, merge_strategy: combine_audio}
)");
  BOOST_TEST(output == json({"one.mp3", "two.mp3", "three.mp3"}));
}

BOOST_AUTO_TEST_CASE(a_batch_behind_a_group_takes_its_outputs) {
  auto output = output_of(R"(
prompt: a cat
steps:
  - type: parallel_group
    parallel_steps: [{type: text_to_image, model: a}, {type: text_to_image, model: b}]
  - {type: batch_parallel, name: larger, step_template: {type: upscale_image, model: u}}
  - {type: batch_parallel, name: videos, step_template: {type: image_to_video, model: v}}
)");
  BOOST_TEST(output["count"] == 2);
  BOOST_TEST(provider.asked("upscale_image", "image") ==
             std::vector<json>({"text_to_image_a", "text_to_image_b"}));
  BOOST_TEST(provider.asked("upscale_image", "scale") == std::vector<json>({2, 2}));
  BOOST_TEST(provider.asked("image_to_video", "image") ==
             std::vector<json>(2, json("upscale_image_u")));
}

BOOST_AUTO_TEST_CASE(what_was_fanned_out_is_merged_into_one_video) {
  auto output = output_of(R"(
input_image: photo.png
steps:
  - {type: split_image, params: {rows: 1}}
  - {type: split_input, split_strategy: round_robin}
  - type: parallel_group
    parallel_steps:
      - [{type: jq, params: {program: '.[0]'}}, {type: image_to_video, name: left, params: {output_file: l.mp4}}]
      - [{type: jq, params: {program: '.[0]'}}, {type: image_to_video, name: right, params: {output_file: r.mp4}}]
      - [{type: jq, params: {program: '.[0]'}}, {type: image_to_video, name: none}]
  - {type: merge_outputs, merge_strategy: combine_videos}
  - {type: concat_videos, params: {output_file: all.mp4, transition: fade}}
)");
  BOOST_TEST(output == "all.mp4");
  BOOST_TEST(provider.asked("image_to_video", "image") == std::vector<json>({"1.png", "2.png"}));
  BOOST_TEST(provider.asked("concat_videos", "videos") ==
             std::vector<json>({json({"l.mp4", "r.mp4"})}));
}

BOOST_AUTO_TEST_CASE(two_prompts_are_tried_side_by_side) {
  auto output = output_of(R"(
input_image: photo.png
steps:
  - {type: image_understanding, name: seen, params: {question: what}}
  - type: parallel_group
    name: ab
    merge_strategy: by_name
    parallel_steps:
      - {name: a, steps: [{type: prompt_generation, params: {style: plain}}, {type: text_to_image, params: {output_file: a.png}}]}
      - {name: b, steps: [{type: text_to_image, params: {output_file: b.png, prompt: 'bold: ${seen}'}}]}
)");
  BOOST_TEST(output == json({{"a", "a.png"}, {"b", "b.png"}}));
  BOOST_TEST(provider.asked("text_to_image", "prompt") ==
             std::vector<json>({"a text of null", "bold: a text of \"photo.png\""}));
}

BOOST_AUTO_TEST_CASE(tries_are_counted_beyond_the_first) {
  auto result =
    run("prompt: x\nsteps: [{type: text_to_speech, retry_count: 0, params: {voice: mute}, "
        "fallback: {type: text_to_speech, params: {voice: drew}}}]");
  BOOST_TEST(result.success());
  BOOST_TEST(provider.asked("text_to_speech", "voice") == std::vector<json>({"drew", "mute"}));
}

BOOST_AUTO_TEST_CASE(a_chain_without_types_is_valid_and_does_not_run) {
  auto read = engine.parse(voices, "chain.yaml");
  BOOST_REQUIRE(read);
  auto result = engine.run(*read);
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(
    result.error->message ==
    "voices/a: \"text_to_speech\" is said by no provider: define it under `types`, or name "
    "a file that does (--types FILE)");
  BOOST_TEST(provider.requests() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
