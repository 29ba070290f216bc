package io.lesnode.app.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/** One method: decodes its arguments, answers JSON or throws {@link RpcException}. May block. */
@FunctionalInterface
interface RpcMethod {
  JsonNode call(Arguments arguments);
}
