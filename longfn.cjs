const {parse}=require('/work/main/node_modules/@babel/parser');const {execSync}=require('child_process');const fs=require('fs');
const files=execSync('git ls-files electron renderer shared').toString().trim().split('\n').filter(f=>/\.(ts|tsx)$/.test(f)&&fs.existsSync(f)&&!/\.test\.|\/testing\//.test(f));
const out=[];let sum=0,n100=0;
for(const f of files){const ast=parse(fs.readFileSync(f,'utf8'),{sourceType:'module',plugins:['typescript','jsx']});
 const visit=(n,name)=>{if(!n||typeof n.type!=='string')return;const nm=n.id?.name??n.key?.name??name;
  if(/Function|ObjectMethod|ClassMethod/.test(n.type)&&n.body){const l=n.loc.end.line-n.loc.start.line+1;if(l>=100){n100++;out.push([l,f,nm])}}
  for(const k in n){if(k==='loc')continue;const v=n[k];const pass=n.type==='VariableDeclarator'?n.id.name:undefined;if(Array.isArray(v))v.forEach(x=>visit(x,pass));else if(v&&v.type)visit(v,pass)}};visit(ast.program)}
out.sort((a,b)=>b[0]-a[0]);for(const o of out)console.log(o.join(' '));console.log(n100);
