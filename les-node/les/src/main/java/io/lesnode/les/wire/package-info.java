/**
 * The LES wire: every message of les/2, les/3 and les/4 as one record, decoded strictly and once.
 *
 * <p>Public types: {@link io.lesnode.les.wire.LesMessage} (the closed set), {@link
 * io.lesnode.les.wire.LesCodec}, {@link io.lesnode.les.wire.KeyValues} with {@link
 * io.lesnode.les.wire.StatusKeys}, {@link io.lesnode.les.wire.LesVersion}, {@link
 * io.lesnode.les.wire.LesLimits}, {@link io.lesnode.les.wire.LesWireException}.
 *
 * <p>Everything here is immutable or stateless and may be used on any thread. Imports primitives
 * and the request kinds of flowcontrol; no network, no disk.
 */
@NullMarked
package io.lesnode.les.wire;

import org.jspecify.annotations.NullMarked;
