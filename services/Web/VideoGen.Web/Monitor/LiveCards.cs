using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>Renders what the streams carry, with the same components as the page.</summary>
internal sealed class LiveCards(IServiceScopeFactory scopes, ILoggerFactory logs)
{
    public Task<string> CardsAsync(IReadOnlyList<JobCard> cards) => RenderAsync<CardList>(new() { [nameof(CardList.Cards)] = cards });

    public Task<string> TalliesAsync(JobTallies tallies) => RenderAsync<TallyTiles>(new() { [nameof(TallyTiles.Tallies)] = tallies });

    public async Task<string> RenderAsync<TComponent>(Dictionary<string, object?> parameters) where TComponent : IComponent
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
