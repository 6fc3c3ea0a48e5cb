using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Web.Access;
using VideoGen.Web.Api;

namespace VideoGen.Web.Account;

/// <summary>Webhook endpoints with their secrets and tests, and what was delivered.</summary>
internal sealed class WebhookEndpoints(JobsApiClient jobs, SubmitLimit limit, IAntiforgery forms)
{
    const string Hooks = "/account/webhooks";

    public Task<IResult> ShowAsync(HttpContext context, CancellationToken ct) => PageAsync(context, new WebhookNews(), ct);

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var events = form["event"].Where(name => name is not null).ToArray();
        var answer = await jobs.PostAsync<EndpointShown>("v1/webhooks/endpoints",
            new { url = form["url"].ToString().Trim(), events, description = form["description"].ToString() }, ct);
        return await PageAsync(context, answer.Value is { } made ? new WebhookNews(Url: made.Url, Secret: made.Secret)
            : Refused(answer.Problem!), ct);
    }

    /// <summary>One of: test, rotate, enable, disable, delete.</summary>
    public async Task<IResult> ActAsync(Guid id, string act, HttpContext context, CancellationToken ct)
    {
        var path = $"v1/webhooks/endpoints/{id}";
        switch (act)
        {
            case "test":
                if (limit.Use(context) is { } limited) return await PageAsync(context, Refused(limited), ct);
                var test = await jobs.PostAsync<TestShown>(path + "/test", body: null, ct);
                return await PageAsync(context, test.Value is null ? Refused(test.Problem!) : new WebhookNews(Test: test.Value), ct);
            case "rotate":
                var fresh = await jobs.PostAsync<RotatedShown>(path + "/rotate-secret", body: null, ct);
                return await PageAsync(context, fresh.Value is null ? Refused(fresh.Problem!)
                    : new WebhookNews(Secret: fresh.Value.Secret, OldUntil: fresh.Value.PreviousExpiresAt), ct);
            case "enable" or "disable":
                return await AfterAsync((await jobs.SendAsync<EndpointShown>(HttpMethod.Patch, path, new { enabled = act == "enable" },
                    ct)).Problem, context, ct);
            case "delete":
                return await AfterAsync((await jobs.SendAsync<Nothing>(HttpMethod.Delete, path, body: null, ct)).Problem, context, ct);
            default:
                return Problems.Of(ErrorCodes.NotFound);
        }
    }

    public async Task<IResult> DeliveryAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.GetAsync<DeliveryShown>($"v1/webhooks/deliveries/{id}", ct);
        return answer.Value is null ? answer.Refusal
            : new RazorComponentResult<DeliveryPage>(
                new { Delivery = answer.Value, Token = forms.GetAndStoreTokens(context).RequestToken });
    }

    public async Task<IResult> ReplayAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        if (limit.Use(context) is { } limited) return new ProblemAnswer(limited, retryAfter: null);
        var answer = await jobs.PostAsync<DeliveryShown>($"v1/webhooks/deliveries/{id}/replay", body: null, ct);
        return answer.Value is null ? answer.Refusal : Results.Redirect($"/account/deliveries/{id}");
    }

    async Task<IResult> AfterAsync(Problem? problem, HttpContext context, CancellationToken ct) => problem switch
    {
        null => Results.Redirect(Hooks),
        { Status: StatusCodes.Status404NotFound } => new ProblemAnswer(problem, retryAfter: null),
        _ => await PageAsync(context, Refused(problem), ct),
    };

    async Task<IResult> PageAsync(HttpContext context, WebhookNews news, CancellationToken ct)
    {
        var endpoints = await jobs.GetAsync<Page<EndpointShown>>("v1/webhooks/endpoints", ct);
        if (endpoints.Value is null) return endpoints.Refusal;
        var deliveries = await jobs.GetAsync<Page<DeliveryShown>>("v1/webhooks/deliveries?limit=30", ct);
        return new RazorComponentResult<WebhooksPage>(new
        {
            Endpoints = endpoints.Value.Data,
            Deliveries = deliveries.Value?.Data ?? [],
            News = news,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        }) { StatusCode = news.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    static WebhookNews Refused(Problem problem) => new(Fault: OverviewEndpoints.TextOf(problem));
}

/// <summary>What came of the form that was sent.</summary>
/// <param name="Url">Of an endpoint that was made.</param>
/// <param name="Secret">A new one, shown this once.</param>
/// <param name="OldUntil">Until when the secret before signs, too.</param>
public sealed record WebhookNews(string? Fault = null, string? Url = null, string? Secret = null, DateTimeOffset? OldUntil = null,
    TestShown? Test = null);
