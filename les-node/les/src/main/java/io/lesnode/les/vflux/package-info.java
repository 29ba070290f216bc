/**
 * What light servers say over UDP: the entries of their node record, and the vflux questions that
 * clients ask before they connect (les.md 1.11 and 5.1; geth v1.10.26 les/vflux).
 *
 * <p>Public types: {@link io.lesnode.les.vflux.LesRecord}, {@link io.lesnode.les.vflux.VfluxBatch},
 * {@link io.lesnode.les.vflux.CapacityQuery}. Immutable values; no owner thread.
 */
@NullMarked
package io.lesnode.les.vflux;

import org.jspecify.annotations.NullMarked;
