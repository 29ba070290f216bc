/**
 * Light clients over a slow link: {@link io.lesnode.benchmarks.light.DelayProxy} makes the link,
 * {@link io.lesnode.benchmarks.light.LightCallsRun} measures contract calls of our light client and
 * of geth's beside each other.
 */
@NullMarked
package io.lesnode.benchmarks.light;

import org.jspecify.annotations.NullMarked;
