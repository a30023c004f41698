#pragma once

// What the history of an instrument comes to: the ticker, the last day and month, candles.

#include "api/call.h"

namespace syrah::api {

/// For the ticker and for the statistics.
Answer ask_stats(const Call& call);
base::Result<HttpResponse> finish_ticker(const Call& call, const exchange::HistoryAnswer& answer);
base::Result<HttpResponse> finish_stats(const Call& call, const exchange::HistoryAnswer& answer);

/// The last day of all products by hour.
Answer spark_lines(const Call& call);
base::Result<HttpResponse> finish_spark_lines(const Call& call,
                                              const exchange::HistoryAnswer& answer);

Answer candles(const Call& call);
base::Result<HttpResponse> finish_candles(const Call& call, const exchange::HistoryAnswer& answer);

}  // namespace syrah::api
