package io.lesnode.les.client;

import org.jspecify.annotations.Nullable;

/**
 * A server that the client knows, connected or not. Immutable.
 *
 * @param enode its enode URL
 * @param id its node id as 128 hexadecimal digits
 * @param kept whether it is to be kept connected
 * @param state idle, queried, willing, dialled, connected or waiting
 * @param nextDialMillis until it may be dialled, 0 if that is now or does not apply
 * @param weight what it is worth by what dialling it cost; 0 if nothing is known
 * @param lastRefusal why it was last left or refused, null if that never happened
 * @param lastRefusalAgoMillis how long ago that was
 */
public record KnownServer(
    String enode,
    String id,
    boolean kept,
    String state,
    long nextDialMillis,
    double weight,
    @Nullable String lastRefusal,
    long lastRefusalAgoMillis) {}
