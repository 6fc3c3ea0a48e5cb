using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Requests;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary>API keys: made, listed, revoked by their account; looked up by the gateway.</summary>
internal static class ApiKeysFeature
{
    public static void AddApiKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.DescribeShape<CreateApiKeyRequest>(shape => shape.Requires("name").Words("scopes", Scope.All));
        builder.Services.DescribeShape<ApiKeyView>(shape => shape.Words("scopes", Scope.All));
    }

    public static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/v1/account/keys").WithTags("API keys").NamesInPath("id", "The key's id.");
        keys.MapPost("", CreateApiKey.PostAsync)
            .RequireScope(Scope.AccountWrite)
            .Accepts<CreateApiKeyRequest>("application/json")
            .WithBodyExample("""{"name": "Shop", "scopes": ["jobs:read", "jobs:write"], "test": true}""")
            .Produces<CreatedApiKey>(201).Refuses(400, 403, 409)
            .WithName("CreateApiKey").WithSummary("Makes an API key and shows its secret, this once.");
        keys.MapGet("", ListApiKeys.GetAsync)
            .RequireScope(Scope.AccountRead)
            .Produces<Page<ApiKeyView>>().Refuses(400)
            .WithName("ListApiKeys").WithSummary("The account's keys without their secrets, newest first; revoked ones stay listed.")
            .TakesQuery(Paged.QueryByTime);
        keys.MapPatch("/{id:guid}", RenameApiKey.PatchAsync)
            .RequireScope(Scope.AccountWrite)
            .Accepts<RenameApiKeyRequest>("application/json").WithBodyExample("""{"name": "Shop, spring"}""")
            .Produces<ApiKeyView>().Refuses(400, 404)
            .WithName("RenameApiKey").WithSummary("Gives a key another name.");
        keys.MapDelete("/{id:guid}", RevokeApiKey.DeleteAsync)
            .RequireScope(Scope.AccountWrite)
            .Produces(204).Refuses(404)
            .WithName("RevokeApiKey").WithSummary("Revokes a key: it stops working everywhere within five seconds.");

        var inside = app.MapInternal();
        inside.MapPost("/identities/by-key", IdentifyByKey.PostAsync);
        inside.MapGet("/identities/by-key-id/{keyId:guid}", IdentifyByKey.GetAsync);
    }
}
