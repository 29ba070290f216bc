/**
 * What a person can set: the settings records that the composition root takes, and the TOML file
 * that holds them under the names of the flags.
 *
 * <p>Public types: {@link io.lesnode.app.config.TomlFile}, {@link
 * io.lesnode.app.config.ChainSettings}, {@link io.lesnode.app.config.PeerSettings}, {@link
 * io.lesnode.app.config.LightServeSettings}, {@link io.lesnode.app.config.HttpSettings}, {@link
 * io.lesnode.app.config.NearestName}. Immutable values only; imports nothing of the node.
 */
@NullMarked
package io.lesnode.app.config;

import org.jspecify.annotations.NullMarked;
