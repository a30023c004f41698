#include "stream.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>

#include "base/decimal.h"
#include "cli/lobster.h"

namespace syrah::replay {
namespace {

Message::Kind kind_of(const cli::FlowStep& step) {
  switch (step.kind) {
    case cli::FlowStep::Kind::kReplace:
      return Message::Kind::kReplace;
    case cli::FlowStep::Kind::kCancel:
      return Message::Kind::kCancel;
    case cli::FlowStep::Kind::kPlace:
      break;
  }
  return step.tif == "IOC" ? Message::Kind::kIoc : Message::Kind::kNew;
}

std::int64_t steps_of(const std::string& text, base::Decimal step) {
  if (text.empty()) return 0;
  const auto count = base::to_steps(text, step);
  if (!count) throw std::runtime_error(count.error().message);
  return *count;
}

}  // namespace

std::vector<Message> read_lobster(std::istream& csv) {
  const std::string text{std::istreambuf_iterator<char>(csv), std::istreambuf_iterator<char>()};
  const auto flow = cli::read_lobster(text, "the LOBSTER file");
  if (!flow) throw std::runtime_error(flow.error().message);
  std::vector<Message> messages;
  messages.reserve(flow->steps.size());
  for (const cli::FlowStep& step : flow->steps) {
    messages.push_back({kind_of(step), step.buy, step.order, steps_of(step.price, {1, 2}),
                        steps_of(step.quantity, {1, 0})});
  }
  return messages;
}

std::vector<Message> generate(std::size_t count, std::uint64_t seed) {
  using Kind = Message::Kind;
  struct Live {
    std::uint32_t number = 0;
    bool buy = false;
    std::int64_t size = 0;
  };
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(random() % bound);
  };
  std::vector<Message> messages;
  std::vector<Live> live;
  std::uint32_t orders = 0;
  std::int64_t middle = 58'500;
  while (messages.size() < count) {
    middle += below(3) - 1;
    const std::int64_t dice = below(1000);
    const bool buy = below(2) == 0;
    if (dice < 500 || live.empty()) {
      const std::int64_t away = 1 + below(20) * below(5);
      live.push_back({orders, buy, 1 + below(200)});
      messages.push_back(
          {Kind::kNew, buy, orders++, buy ? middle - away : middle + away, live.back().size});
      continue;
    }
    const auto at = static_cast<std::size_t>(below(live.size()));
    if (dice < 540) {
      messages.push_back(
          {Kind::kIoc, buy, orders++, buy ? middle + 3 : middle - 3, 1 + below(300)});
    } else if (dice < 545 && live[at].size > 1) {
      live[at].size = 1 + below(static_cast<std::uint64_t>(live[at].size - 1));
      messages.push_back({Kind::kReplace, live[at].buy, live[at].number, 0, live[at].size});
    } else {
      messages.push_back({Kind::kCancel, live[at].buy, live[at].number, 0, 0});
      live[at] = live.back();
      live.pop_back();
    }
  }
  return messages;
}

std::vector<Message> generate_resting(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Message> messages;
  for (std::uint32_t order = 0; order < count; ++order) {
    const bool buy = random() % 2 == 0;
    const auto away = static_cast<std::int64_t>(random() % 5000);
    messages.push_back({Message::Kind::kNew, buy, order, buy ? 50'000 - away : 60'000 + away,
                        1 + static_cast<std::int64_t>(random() % 200)});
  }
  return messages;
}

}  // namespace syrah::replay
