package io.lesnode.rpc;

import java.util.List;
import java.util.Optional;

/**
 * What the dispatcher made of one message.
 *
 * @param bytes the answer; empty when nothing is to be said (notifications, an empty body)
 * @param opened subscriptions to activate once the answer is on its way
 * @param malformed whether the message was no JSON: geth ends WebSocket and IPC connections then
 */
public record RpcReply(Optional<byte[]> bytes, List<RpcSubscription> opened, boolean malformed) {}
