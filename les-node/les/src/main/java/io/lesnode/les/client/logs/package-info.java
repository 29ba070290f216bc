/**
 * What a log search looks for and where it can be: queries, and the arithmetic on blooms and bloom
 * bits that leaves few blocks to look at. Values only; any thread.
 *
 * <p>Public types: {@link io.lesnode.les.client.logs.LogQuery}, {@link
 * io.lesnode.les.client.logs.FoundLog}, {@link io.lesnode.les.client.logs.LogLimits}, {@link
 * io.lesnode.les.client.logs.LogProgress}, {@link io.lesnode.les.client.logs.BloomPlan}.
 */
@NullMarked
package io.lesnode.les.client.logs;

import org.jspecify.annotations.NullMarked;
