/*
 * Stands in for GSSAPI in a static program, of which Debian has no archive:
 * libgit2 is told that there is no mechanism, and goes on to the next kind of
 * authentication. A dynamic program has the real one and never links this.
 * The names and numbers are those of RFC 2744.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t OM_uint32;

#define GSS_S_COMPLETE ((OM_uint32)0)
#define GSS_S_UNAVAILABLE ((OM_uint32)16 << 16)

extern void *GSS_C_NT_HOSTBASED_SERVICE;
OM_uint32 gss_indicate_mechs(OM_uint32 *minor, void **mechanisms);
OM_uint32 gss_release_oid_set(OM_uint32 *minor, void **mechanisms);
OM_uint32 gss_import_name(
    OM_uint32 *minor, void *buffer, void *type, void **name);
OM_uint32 gss_release_name(OM_uint32 *minor, void **name);
OM_uint32 gss_release_buffer(OM_uint32 *minor, void *buffer);
OM_uint32 gss_init_sec_context(OM_uint32 *minor, ...);
OM_uint32 gss_delete_sec_context(OM_uint32 *minor, void **context, void *token);
OM_uint32 gss_display_status(OM_uint32 *minor, ...);

void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

OM_uint32
gss_indicate_mechs(OM_uint32 *minor, void **mechanisms)
{
	*minor = 0;
	*mechanisms = NULL;
	return GSS_S_UNAVAILABLE;
}

OM_uint32
gss_release_oid_set(OM_uint32 *minor, void **mechanisms)
{
	(void)mechanisms;
	*minor = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_import_name(OM_uint32 *minor, void *buffer, void *type, void **name)
{
	(void)buffer;
	(void)type;
	*minor = 0;
	*name = NULL;
	return GSS_S_UNAVAILABLE;
}

OM_uint32
gss_release_name(OM_uint32 *minor, void **name)
{
	(void)name;
	*minor = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_release_buffer(OM_uint32 *minor, void *buffer)
{
	(void)buffer;
	*minor = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_init_sec_context(OM_uint32 *minor, ...)
{
	*minor = 0;
	return GSS_S_UNAVAILABLE;
}

OM_uint32
gss_delete_sec_context(OM_uint32 *minor, void **context, void *token)
{
	(void)context;
	(void)token;
	*minor = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_display_status(OM_uint32 *minor, ...)
{
	*minor = 0;
	return GSS_S_UNAVAILABLE;
}
