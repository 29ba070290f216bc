/**
 * Whether what a light client knows is of now: noticing that the machine slept, and how old the
 * head is. {@link io.lesnode.les.client.freshness.SleepDetector} belongs to the client loop, {@link
 * io.lesnode.les.client.freshness.Freshness} is what people and callers see.
 */
@NullMarked
package io.lesnode.les.client.freshness;

import org.jspecify.annotations.NullMarked;
